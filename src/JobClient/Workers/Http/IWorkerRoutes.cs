using Refit;
using Webhooks.Contract;

namespace Webhooks.Workers.Http;

/// <summary>The service's routes for workers. Each answers its whole response: what its status means, <see cref="HttpLine"/> says.</summary>
internal interface IWorkerRoutes
{
    [Post("/worker/claims")]
    Task<HttpResponseMessage> ClaimAsync([Body] ClaimJobs wanted, CancellationToken stop);

    [Post("/worker/jobs/{id}/heartbeat")]
    Task<HttpResponseMessage> HeartbeatAsync(string id, [Header(WorkerHeaders.LeaseFence)] long fence, [Body] Heartbeat beat, CancellationToken stop);

    [Post("/worker/jobs/{id}/events")]
    Task<HttpResponseMessage> OutputAsync(string id, [Header(WorkerHeaders.LeaseFence)] long fence, [Body] AppendOutputs outputs, CancellationToken stop);

    /// <summary>The bytes are not sent before the service wants them (RFC 9110, section 10.1.1): it may say at once that they are too many or too late.</summary>
    [Put("/worker/jobs/{id}/result")]
    [Headers("Expect: 100-continue")]
    Task<HttpResponseMessage> UploadAsync(string id, [Header(WorkerHeaders.LeaseFence)] long fence, [Body] HttpContent content, CancellationToken stop);

    [Post("/worker/jobs/{id}/complete")]
    Task<HttpResponseMessage> CompleteAsync(string id, [Header(WorkerHeaders.LeaseFence)] long fence, [Body] CompleteJob done, CancellationToken stop);

    [Post("/worker/jobs/{id}/fail")]
    Task<HttpResponseMessage> FailAsync(string id, [Header(WorkerHeaders.LeaseFence)] long fence, [Body] FailJob failure, CancellationToken stop);

    [Post("/worker/jobs/{id}/release")]
    Task<HttpResponseMessage> ReleaseAsync(string id, [Header(WorkerHeaders.LeaseFence)] long fence, [Body] ReleaseJob release, CancellationToken stop);

    [Post("/worker/jobs/{id}/canceled")]
    Task<HttpResponseMessage> CanceledAsync(string id, [Header(WorkerHeaders.LeaseFence)] long fence, CancellationToken stop);
}
