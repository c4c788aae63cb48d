using Refit;
using Webhooks.Client.Sending;
using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>
/// The service's routes. Refit generates the calls; <see cref="JobClient"/> and its parts make them pleasant. Where a whole response is
/// returned, the caller needs its status or headers and reads the body with <see cref="Answers"/>; everywhere else a refusal is thrown as
/// <see cref="JobApiException"/>.
/// </summary>
internal interface IJobRoutes
{
    [Post("/jobs")]
    Task<JobDocument> SubmitAsync(
        [Body] SubmitJob job, [Header("Idempotency-Key")] string idempotencyKey, [Header("Prefer")] string? prefer, CancellationToken stop);

    [Get("/jobs/{id}")]
    Task<JobDocument> ReadAsync(string id, CancellationToken stop);

    [Get("/jobs/{id}")]
    Task<HttpResponseMessage> ReadIfMovedOnAsync(
        string id, int? after, [Header("If-None-Match")] string? etag, [Header("Prefer")] string? prefer, CancellationToken stop);

    [Get("/jobs")]
    Task<Page<JobDocument>> ListAsync([Query] JobFilter filter, string? cursor, CancellationToken stop);

    [Delete("/jobs/{id}")]
    Task<JobDocument> CancelAsync(string id, CancellationToken stop);

    [Post("/jobs/{id}/redrive")]
    Task<JobDocument> RedriveAsync(string id, [Header("Idempotency-Key")] string idempotencyKey, CancellationToken stop);

    [Get("/jobs/{id}/events")]
    Task<HttpResponseMessage> ReadEventsAsync(
        string id, int after, [Header("Prefer")] string? prefer, [Property(Manners.Option)] Manner manner, CancellationToken stop);

    [Get("/jobs/{id}/events")]
    Task<HttpResponseMessage> StreamEventsAsync(
        string id, int after, [Header("Accept")] string accept, [Property(Manners.Option)] Manner manner, CancellationToken stop);

    [Get("/jobs/{id}/result")]
    Task<HttpResponseMessage> ReadResultAsync(
        string id, [Header("Range")] string? range, [Header("If-Range")] string? ifRange, [Property(Manners.Option)] Manner manner, CancellationToken stop);

    [Post("/jobs/{jobId}/callbacks")]
    Task<CallbackDocument> CreateCallbackAsync(string jobId, [Body] CreateCallback callback, CancellationToken stop);

    [Get("/jobs/{jobId}/callbacks")]
    Task<Page<CallbackDocument>> ListCallbacksAsync(string jobId, string? cursor, CancellationToken stop);

    [Get("/jobs/{jobId}/callbacks/{id}")]
    Task<CallbackDocument> ReadCallbackAsync(string jobId, string id, CancellationToken stop);

    [Delete("/jobs/{jobId}/callbacks/{id}")]
    Task<CallbackDocument> DeleteCallbackAsync(string jobId, string id, CancellationToken stop);

    [Post("/keys")]
    Task<KeyDocument> CreateKeyAsync([Body] CreateKey key, CancellationToken stop);

    [Get("/keys")]
    Task<Page<KeyDocument>> ListKeysAsync(string? cursor, CancellationToken stop);

    [Delete("/keys/{id}")]
    Task<KeyDocument> RevokeKeyAsync(string id, CancellationToken stop);

    [Get("/deliveries")]
    Task<Page<DeliveryDocument>> ListDeliveriesAsync([Query] DeliveryFilter filter, string? cursor, CancellationToken stop);

    [Get("/deliveries/{id}")]
    Task<DeliveryDocument> ReadDeliveryAsync(string id, CancellationToken stop);

    [Get("/deliveries/{id}/attempts")]
    Task<Page<AttemptDocument>> ListAttemptsAsync(string id, string? cursor, CancellationToken stop);

    [Post("/deliveries/{id}/replay")]
    Task<DeliveryDocument> ReplayAsync(string id, CancellationToken stop);

    [Get("/signing-secret")]
    Task<SigningKeyList> ListSigningKeysAsync(CancellationToken stop);

    [Post("/signing-secret/rotate")]
    Task<SigningKeyDocument> RotateSigningSecretAsync([Body] RotateSigningSecret rotation, CancellationToken stop);

    [Delete("/signing-secret/{id}")]
    Task<SigningKeyDocument> RetireSigningKeyAsync(string id, CancellationToken stop);

    [Post("/callbacks/test")]
    Task<AttemptDocument> TestCallbackAsync([Body] TestCallback callback, CancellationToken stop);

    [Post("/replays")]
    Task<ReplayDocument> StartReplayAsync([Body] CreateReplay replay, [Header("Idempotency-Key")] string idempotencyKey, CancellationToken stop);

    [Post("/replays")]
    Task<ReplayCount> CountReplayAsync([Body] CreateReplay replay, CancellationToken stop);

    [Get("/replays")]
    Task<Page<ReplayDocument>> ListReplaysAsync(string? cursor, CancellationToken stop);

    [Get("/replays/{id}")]
    Task<ReplayDocument> ReadReplayAsync(string id, CancellationToken stop);

    [Post("/replays/{id}/pause")]
    Task<ReplayDocument> PauseReplayAsync(string id, CancellationToken stop);

    [Post("/replays/{id}/resume")]
    Task<ReplayDocument> ResumeReplayAsync(string id, CancellationToken stop);

    [Post("/replays/{id}/cancel")]
    Task<ReplayDocument> CancelReplayAsync(string id, CancellationToken stop);

    [Put("/operations-callback")]
    Task<OperationsCallbackDocument> PutOperationsCallbackAsync([Body] PutOperationsCallback callback, CancellationToken stop);

    [Get("/operations-callback")]
    Task<OperationsCallbackDocument> ReadOperationsCallbackAsync(CancellationToken stop);

    [Delete("/operations-callback")]
    Task<OperationsCallbackDocument> DeleteOperationsCallbackAsync(CancellationToken stop);

    [Get("/receivers")]
    Task<Page<ReceiverDocument>> ListReceiversAsync([Query] ReceiverFilter filter, string? cursor, CancellationToken stop);

    [Get("/receivers/{id}")]
    Task<ReceiverDocument> ReadReceiverAsync(string id, CancellationToken stop);

    [Post("/receivers/{id}/pause")]
    Task<ReceiverDocument> PauseReceiverAsync(string id, CancellationToken stop);

    [Post("/receivers/{id}/resume")]
    Task<ReceiverDocument> ResumeReceiverAsync(string id, CancellationToken stop);

    [Patch("/receivers/{id}")]
    Task<ReceiverDocument> PatchReceiverAsync(string id, [Body] PatchReceiver change, CancellationToken stop);

    [Get("/health/live")]
    Task<HttpResponseMessage> LiveAsync(CancellationToken stop);

    [Get("/health/ready")]
    Task<HttpResponseMessage> ReadyAsync(CancellationToken stop);
}
