using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>
/// Sending many deliveries again, as an operation of the service. All but reading is for admins. Every call throws
/// <see cref="JobApiException"/> when the service refuses.
/// </summary>
public sealed class ReplayClient
{
    private readonly IJobRoutes _routes;

    internal ReplayClient(IJobRoutes routes) => _routes = routes;

    /// <summary>Begins a replay; when it returns, the replay is durable and goes on by itself.</summary>
    /// <param name="filter">Which deliveries; an empty one means all that are parked.</param>
    /// <param name="ratePerSecond">How many deliveries per second become due. Default: as many as can be written.</param>
    /// <param name="idempotencyKey">
    /// At most 255 characters; the same key with the same request gives the same replay again. Default: a fresh UUID, the same for all repeats
    /// of this call.
    /// </param>
    /// <param name="stop">Ends the call; the replay may have begun.</param>
    public Task<ReplayDocument> StartAsync(
        ReplayFilter filter, double? ratePerSecond = null, string? idempotencyKey = null, CancellationToken stop = default) =>
        _routes.StartReplayAsync(new() { Filter = filter, RatePerSecond = ratePerSecond }, idempotencyKey ?? Guid.NewGuid().ToString(), stop);

    /// <summary>How many deliveries a replay would be for; nothing is changed.</summary>
    public async Task<int> CountAsync(ReplayFilter filter, CancellationToken stop = default) =>
        (await _routes.CountReplayAsync(new() { Filter = filter, DryRun = true }, stop)).Count;

    /// <summary>All replays, newest first. A finished one is kept for 30 days.</summary>
    public IAsyncEnumerable<ReplayDocument> ListAsync() => Listing.AllAsync(_routes.ListReplaysAsync);

    /// <summary>One replay: how far it is.</summary>
    public Task<ReplayDocument> GetAsync(string replayId, CancellationToken stop = default) => _routes.ReadReplayAsync(replayId, stop);

    /// <summary>Holds a replay where it is.</summary>
    public Task<ReplayDocument> PauseAsync(string replayId, CancellationToken stop = default) => _routes.PauseReplayAsync(replayId, stop);

    /// <summary>Lets a paused replay go on.</summary>
    public Task<ReplayDocument> ResumeAsync(string replayId, CancellationToken stop = default) => _routes.ResumeReplayAsync(replayId, stop);

    /// <summary>Ends a replay where it is; what it made due is delivered all the same.</summary>
    public Task<ReplayDocument> CancelAsync(string replayId, CancellationToken stop = default) => _routes.CancelReplayAsync(replayId, stop);
}
