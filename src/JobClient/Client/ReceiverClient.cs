using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>
/// Receivers: how they answer, what they are owed, and holding them. Any client's key may look, an admin's may change. Every call throws
/// <see cref="JobApiException"/> when the service refuses.
/// </summary>
public sealed class ReceiverClient
{
    private readonly IJobRoutes _routes;

    internal ReceiverClient(IJobRoutes routes) => _routes = routes;

    /// <summary>All receivers that match, page by page as they are asked for.</summary>
    public IAsyncEnumerable<ReceiverDocument> ListAsync(ReceiverFilter? filter = null) =>
        Listing.AllAsync((cursor, stop) => _routes.ListReceiversAsync(filter ?? new(), cursor, stop));

    /// <summary>One receiver.</summary>
    public Task<ReceiverDocument> GetAsync(string receiverId, CancellationToken stop = default) => _routes.ReadReceiverAsync(receiverId, stop);

    /// <summary>Holds it: it keeps its backlog and gets nothing.</summary>
    public Task<ReceiverDocument> PauseAsync(string receiverId, CancellationToken stop = default) => _routes.PauseReceiverAsync(receiverId, stop);

    /// <summary>Ends a pause, and takes a disabled one up again.</summary>
    public Task<ReceiverDocument> ResumeAsync(string receiverId, CancellationToken stop = default) => _routes.ResumeReceiverAsync(receiverId, stop);

    /// <summary>Sets its limits, or enables and disables it.</summary>
    public Task<ReceiverDocument> PatchAsync(string receiverId, PatchReceiver change, CancellationToken stop = default) =>
        _routes.PatchReceiverAsync(receiverId, change, stop);
}
