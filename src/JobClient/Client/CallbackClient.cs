using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>The callbacks of a job. Every call throws <see cref="JobApiException"/> when the service refuses.</summary>
public sealed class CallbackClient
{
    private readonly IJobRoutes _routes;

    internal CallbackClient(IJobRoutes routes) => _routes = routes;

    /// <summary>
    /// Registers a callback. On a job that has already ended it still gets the terminal event. Not repeated when the answer is lost: that
    /// might register it twice.
    /// </summary>
    public Task<CallbackDocument> CreateAsync(string jobId, CreateCallback callback, CancellationToken stop = default) =>
        _routes.CreateCallbackAsync(jobId, callback, stop);

    /// <summary>Sends a signed test event to a URL and answers what came of it; nothing is registered.</summary>
    public Task<AttemptDocument> TestAsync(TestCallback callback, CancellationToken stop = default) => _routes.TestCallbackAsync(callback, stop);

    /// <summary>All callbacks of a job.</summary>
    public IAsyncEnumerable<CallbackDocument> ListAsync(string jobId) =>
        Listing.AllAsync((cursor, stop) => _routes.ListCallbacksAsync(jobId, cursor, stop));

    /// <summary>One callback.</summary>
    public Task<CallbackDocument> GetAsync(string jobId, string callbackId, CancellationToken stop = default) =>
        _routes.ReadCallbackAsync(jobId, callbackId, stop);

    /// <summary>Removes a callback; what is owed to it is canceled. Idempotent.</summary>
    public Task<CallbackDocument> DeleteAsync(string jobId, string callbackId, CancellationToken stop = default) =>
        _routes.DeleteCallbackAsync(jobId, callbackId, stop);
}
