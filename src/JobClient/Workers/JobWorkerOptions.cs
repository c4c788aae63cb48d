using System.Reflection;
using Microsoft.Extensions.Options;
using Webhooks.Client;
using Webhooks.Handlers;

namespace Webhooks.Workers;

/// <summary>Where the service is and how a worker works for it. Checked when the host starts.</summary>
public sealed class JobWorkerOptions
{
    private const int LongestId = 200;
    private const int LongestVersion = 100;

    /// <summary>Where the service is: <c>http</c> or <c>https</c>, with or without a path. Required.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>A key of the role <c>worker</c>: <c>whk_…</c>. Required; never logged.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Names the worker in <c>GET /workers</c>: 1 to 200 characters. Default: machine and process, <c>host:4711</c>.</summary>
    public string WorkerId { get; set; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>The worker's own version, for people: at most 100 characters. Default: that of the program.</summary>
    public string? Version { get; set; } =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <summary>How many jobs run at once, those of handlers with a concurrency of their own apart: 1 to 10,000. Default: 16.</summary>
    public int Concurrency { get; set; } = 16;

    /// <summary>
    /// How long a job stays with a worker that says nothing more, in whole seconds: 10 s to 1 hour. Default: 1 minute. Renewed at a third of
    /// it. When the service can't be reached for that long, running handlers are stopped with <see cref="StopReason.LeaseLost"/>.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the service may take for an answer, waiting for jobs apart: 1 s to 1 minute. Default: 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long running handlers may go on when the process stops, before they are told to: 0 to 10 minutes. Default: 10 s. The host's own
    /// <c>ShutdownTimeout</c>, 30 s unless set, must leave room for it.
    /// </summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(10);

    internal sealed class Rules : IValidateOptions<JobWorkerOptions>
    {
        public ValidateOptionsResult Validate(string? name, JobWorkerOptions options)
        {
            var complaints = Complaints(options).ToList();
            return complaints.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(complaints);
        }

        private static IEnumerable<string> Complaints(JobWorkerOptions options)
        {
            if (!ServiceRules.IsAddress(options.BaseAddress))
                yield return $"JobWorker's BaseAddress must be {ServiceRules.Address}.";
            if (!ServiceRules.IsKey(options.ApiKey))
                yield return $"JobWorker's ApiKey must be {ServiceRules.Key}.";
            if (options.WorkerId is not { Length: > 0 and <= LongestId })
                yield return $"JobWorker's WorkerId must have 1 to {LongestId} characters.";
            if (options.Version is { Length: 0 or > LongestVersion })
                yield return $"JobWorker's Version must have 1 to {LongestVersion} characters.";
            if (options.Concurrency is < 1 or > 10_000)
                yield return $"JobWorker's Concurrency is {options.Concurrency}; it must be from 1 to 10,000.";
            if (options.Lease < TimeSpan.FromSeconds(10) || options.Lease > TimeSpan.FromHours(1) || options.Lease.Ticks % TimeSpan.TicksPerSecond != 0)
                yield return $"JobWorker's Lease is {options.Lease}; it must be from 00:00:10 to 01:00:00, in whole seconds.";
            if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromMinutes(1))
                yield return $"JobWorker's Timeout is {options.Timeout}; it must be from 00:00:01 to 00:01:00.";
            if (options.StopGrace < TimeSpan.Zero || options.StopGrace > TimeSpan.FromMinutes(10))
                yield return $"JobWorker's StopGrace is {options.StopGrace}; it must be from 0 to 00:10:00.";
        }
    }
}
