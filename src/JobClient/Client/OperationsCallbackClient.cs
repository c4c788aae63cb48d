using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>
/// Who is told of parked deliveries, disabled callbacks and troubled receivers: one callback for a tenant. For admins. Every call throws
/// <see cref="JobApiException"/> when the service refuses.
/// </summary>
public sealed class OperationsCallbackClient
{
    private readonly IJobRoutes _routes;

    internal OperationsCallbackClient(IJobRoutes routes) => _routes = routes;

    /// <summary>Registers the callback, or replaces it: what is owed to it goes to the new URL. Idempotent.</summary>
    public Task<OperationsCallbackDocument> PutAsync(PutOperationsCallback callback, CancellationToken stop = default) =>
        _routes.PutOperationsCallbackAsync(callback, stop);

    /// <summary>The callback; <c>not_found</c> where there is none.</summary>
    public Task<OperationsCallbackDocument> GetAsync(CancellationToken stop = default) => _routes.ReadOperationsCallbackAsync(stop);

    /// <summary>Removes the callback; what is owed to it is canceled.</summary>
    public Task<OperationsCallbackDocument> DeleteAsync(CancellationToken stop = default) => _routes.DeleteOperationsCallbackAsync(stop);
}
