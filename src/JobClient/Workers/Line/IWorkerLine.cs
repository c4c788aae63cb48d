using Webhooks.Workers.Attempts;

namespace Webhooks.Workers.Line;

/// <summary>
/// How a worker talks to the service: over HTTP, or within its process. One call each; repeating is the worker's. Nothing is thrown but
/// <see cref="OperationCanceledException"/> and what an upload's own stream throws: what can happen is a <see cref="Reply"/>.
/// </summary>
internal interface IWorkerLine
{
    /// <summary>
    /// Takes up to <paramref name="most"/> due jobs of these types; where there are none, waits for some up to <paramref name="wait"/>.
    /// </summary>
    Task<Reply> ClaimAsync(IReadOnlyList<string> types, int most, TimeSpan lease, TimeSpan wait, CancellationToken stop);

    /// <summary>Renews the lease, with news if there are any.</summary>
    Task<Reply> HeartbeatAsync(Claim job, Beat beat);

    /// <summary>Gives outputs out; one whose number the service has seen under this fence is not appended again.</summary>
    Task<Reply> OutputAsync(Claim job, IReadOnlyList<Output> outputs);

    /// <summary>Hands in the result as bytes. It takes as long as it takes: the lease is renewed meanwhile, and who loses it stops.</summary>
    Task<Reply> UploadAsync(Claim job, Upload upload, CancellationToken stop);

    /// <summary>Writes how the attempt ended. Repeating a result under one fence is harmless.</summary>
    Task<Reply> EndAsync(Claim job, Outcome outcome);
}

/// <summary>What a heartbeat carries besides the wish to go on.</summary>
internal sealed record Beat(TimeSpan Lease, Progress.News? News = null, byte[]? Checkpoint = null);

/// <summary>A part of the work, numbered within its fence from 1; minified JSON.</summary>
internal sealed record Output(int Number, byte[] Data);
