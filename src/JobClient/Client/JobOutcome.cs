using System.Text.Json;
using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>How a job ended: <see cref="Succeeded"/>, <see cref="Failed"/> or <see cref="Canceled"/>, and nothing else.</summary>
/// <typeparam name="TResult">What the result is read as.</typeparam>
public abstract class JobOutcome<TResult>
{
    private JobOutcome(JobDocument job) => Job = job;

    /// <summary>The job in its last state.</summary>
    public JobDocument Job { get; }

    /// <summary>The result, for callers that know nothing better than to give up without one.</summary>
    /// <exception cref="JobUnsuccessfulException">The job failed or was canceled.</exception>
    public TResult? ResultOrThrow() => this is Succeeded done ? done.Result : throw new JobUnsuccessfulException(Job);

    internal static JobOutcome<TResult> Of(JobDocument job) => job.Status switch
    {
        JobStatuses.Succeeded => new Succeeded(job, job.Result is { } result ? result.Deserialize<TResult>(ContractJson.Options) : default),
        JobStatuses.Failed => new Failed(job, job.Error ?? new JobError("unknown", "The service gave no error.")),
        JobStatuses.Canceled => new Canceled(job),
        _ => throw new ArgumentException($"{job.Id} is {job.Status}: it has not ended.", nameof(job)),
    };

    /// <summary>A job whose result was fetched apart.</summary>
    internal static JobOutcome<TResult> Of(JobDocument succeeded, TResult? result) => new Succeeded(succeeded, result);

    /// <summary>The job is done.</summary>
    public sealed class Succeeded : JobOutcome<TResult>
    {
        internal Succeeded(JobDocument job, TResult? result) : base(job) => Result = result;

        /// <summary>What it made; null if it made nothing.</summary>
        public TResult? Result { get; }
    }

    /// <summary>The job was given up.</summary>
    public sealed class Failed : JobOutcome<TResult>
    {
        internal Failed(JobDocument job, JobError error) : base(job) => Error = error;

        /// <summary>Why.</summary>
        public JobError Error { get; }
    }

    /// <summary>The job was stopped on request.</summary>
    public sealed class Canceled : JobOutcome<TResult>
    {
        internal Canceled(JobDocument job) : base(job) { }
    }
}

/// <summary>A result was wanted of a job that failed or was canceled.</summary>
public sealed class JobUnsuccessfulException : Exception
{
    internal JobUnsuccessfulException(JobDocument job)
        : base(job.Error is { } error ? $"{job.Id} {job.Status} with {error.Code}: {error.Message}" : $"{job.Id} is {job.Status}.") =>
        Job = job;

    /// <summary>The job in its last state; its <see cref="JobDocument.Error"/> says why it failed.</summary>
    public JobDocument Job { get; }
}
