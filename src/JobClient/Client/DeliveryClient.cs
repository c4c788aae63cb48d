using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>What was delivered, what wasn't and why. Every call throws <see cref="JobApiException"/> when the service refuses.</summary>
public sealed class DeliveryClient
{
    private readonly IJobRoutes _routes;

    internal DeliveryClient(IJobRoutes routes) => _routes = routes;

    /// <summary>All deliveries that match, page by page as they are asked for.</summary>
    public IAsyncEnumerable<DeliveryDocument> ListAsync(DeliveryFilter? filter = null) =>
        Listing.AllAsync((cursor, stop) => _routes.ListDeliveriesAsync(filter ?? new(), cursor, stop));

    /// <summary>One delivery.</summary>
    public Task<DeliveryDocument> GetAsync(string deliveryId, CancellationToken stop = default) =>
        _routes.ReadDeliveryAsync(deliveryId, stop);

    /// <summary>Every POST of a delivery so far.</summary>
    public IAsyncEnumerable<AttemptDocument> AttemptsAsync(string deliveryId) =>
        Listing.AllAsync((cursor, stop) => _routes.ListAttemptsAsync(deliveryId, cursor, stop));

    /// <summary>
    /// Sends a delivery again: the next round, due now, with the same <c>webhook-id</c> and the same bytes, so a receiver that deduplicates
    /// drops what it already handled. Not repeated when the answer is lost: that might begin one round more.
    /// </summary>
    public Task<DeliveryDocument> ReplayAsync(string deliveryId, CancellationToken stop = default) => _routes.ReplayAsync(deliveryId, stop);
}
