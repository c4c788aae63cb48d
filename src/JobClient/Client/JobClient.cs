using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>
/// Submits jobs and learns how they end. One instance serves all threads. Every call throws <see cref="JobApiException"/> when the service
/// refuses, and <see cref="HttpRequestException"/> when it can't be reached, after the repeats that are safe.
/// </summary>
public sealed class JobClient
{
    private static readonly TimeSpan UnaskedWait = TimeSpan.FromSeconds(1);

    private readonly IJobRoutes _routes;
    private readonly TimeProvider _time;
    private readonly string? _prefer;

    internal JobClient(IJobRoutes routes, IOptions<JobClientOptions> options, TimeProvider time)
    {
        _routes = routes;
        _time = time;
        var seconds = (int)options.Value.LongPoll.TotalSeconds;
        _prefer = seconds > 0 ? $"wait={seconds}" : null; // RFC 7240, section 4.3
        Callbacks = new(routes);
        Deliveries = new(routes);
        Keys = new(routes);
        OperationsCallback = new(routes);
        Replays = new(routes);
        Signing = new(routes);
        Receivers = new(routes);
    }

    /// <summary>Who is told about a job.</summary>
    public CallbackClient Callbacks { get; }

    /// <summary>What was delivered, what wasn't and why.</summary>
    public DeliveryClient Deliveries { get; }

    /// <summary>API keys, for admins.</summary>
    public KeyClient Keys { get; }

    /// <summary>The keys that sign deliveries, for admins.</summary>
    public SigningClient Signing { get; }

    /// <summary>Sending many deliveries again.</summary>
    public ReplayClient Replays { get; }

    /// <summary>Who is told of parked deliveries and troubled receivers, for admins.</summary>
    public OperationsCallbackClient OperationsCallback { get; }

    /// <summary>How receivers answer, what they are owed, and holding them.</summary>
    public ReceiverClient Receivers { get; }

    /// <summary>Hands a job in. When it returns, the job is durable.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="idempotencyKey">
    /// At most 255 characters; the same key with the same job gives the same job again. Default: a fresh UUID, the same for all repeats of
    /// this call.
    /// </param>
    /// <param name="stop">Ends the call; the job may have been accepted.</param>
    public Task<JobDocument> SubmitAsync(SubmitJob job, string? idempotencyKey = null, CancellationToken stop = default) =>
        _routes.SubmitAsync(job, idempotencyKey ?? NewKey(), stop);

    /// <summary>Hands a job in and waits for its end.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="stop">Ends the waiting, not the job.</param>
    /// <exception cref="System.Text.Json.JsonException">The result isn't a <typeparamref name="TResult"/>.</exception>
    public async Task<JobOutcome<TResult>> RunAsync<TResult>(SubmitJob job, CancellationToken stop = default)
    {
        var accepted = await SubmitAsync(job, stop: stop);
        return JobOutcome<TResult>.Of(await WaitAsync(accepted.Id, accepted, stop));
    }

    /// <summary>Waits until a job has ended; asks no more often than the service wants.</summary>
    /// <param name="jobId"><c>job_…</c></param>
    /// <param name="stop">Ends the waiting, not the job.</param>
    public Task<JobDocument> WaitAsync(string jobId, CancellationToken stop = default) => WaitAsync(jobId, known: null, stop);

    /// <summary>Waits until a job has ended, and reads its result.</summary>
    /// <inheritdoc cref="WaitAsync(string, CancellationToken)"/>
    /// <exception cref="System.Text.Json.JsonException">The result isn't a <typeparamref name="TResult"/>.</exception>
    public async Task<JobOutcome<TResult>> WaitAsync<TResult>(string jobId, CancellationToken stop = default) =>
        JobOutcome<TResult>.Of(await WaitAsync(jobId, stop));

    /// <summary>A job as it is now.</summary>
    public Task<JobDocument> GetAsync(string jobId, CancellationToken stop = default) => _routes.ReadAsync(jobId, stop);

    /// <summary>All jobs that match, page by page as they are asked for.</summary>
    public IAsyncEnumerable<JobDocument> ListAsync(JobFilter? filter = null) =>
        Listing.AllAsync((cursor, stop) => _routes.ListAsync(filter ?? new(), cursor, stop));

    /// <summary>A job's events, those to come included; ends after the terminal one.</summary>
    /// <param name="jobId"><c>job_…</c></param>
    /// <param name="after">The <c>seq</c> of the last event already seen. Default: 0, from the start.</param>
    /// <param name="stop">Ends the reading.</param>
    public async IAsyncEnumerable<JobEvent> EventsAsync(
        string jobId, int after = 0, [EnumeratorCancellation] CancellationToken stop = default)
    {
        while (true)
        {
            using var answer = await _routes.ReadEventsAsync(jobId, after, _prefer, stop);
            var page = await answer.ReadAsync<EventPage>(_time, stop);
            foreach (var happened in page.Events)
            {
                yield return happened;
                if (JobEventTypes.IsTerminal(happened.Type))
                    yield break;
            }
            if (page.Events.Count == 0 && page.Terminal)
                yield break;
            if (page.Events.Count == 0)
                await PauseAsync(answer, stop);
            after = page.NextAfter;
        }
    }

    /// <summary>Stops a job: at once if it is pending, soon if it is running, never if it has ended. Idempotent.</summary>
    public Task<JobDocument> CancelAsync(string jobId, CancellationToken stop = default) => _routes.CancelAsync(jobId, stop);

    /// <summary>Does an ended job again: a new job with the same input and callbacks.</summary>
    /// <param name="jobId">The job that has ended.</param>
    /// <param name="idempotencyKey">As for <see cref="SubmitAsync"/>.</param>
    /// <param name="stop">Ends the call; the new job may have been accepted.</param>
    public Task<JobDocument> RedriveAsync(string jobId, string? idempotencyKey = null, CancellationToken stop = default) =>
        _routes.RedriveAsync(jobId, idempotencyKey ?? NewKey(), stop);

    /// <summary>Whether the service's process is alive. Asks once.</summary>
    public Task<bool> IsLiveAsync(CancellationToken stop = default) => IsWellAsync(_routes.LiveAsync(stop));

    /// <summary>Whether the service can work: its database is there. Asks once.</summary>
    public Task<bool> IsReadyAsync(CancellationToken stop = default) => IsWellAsync(_routes.ReadyAsync(stop));

    private async Task<JobDocument> WaitAsync(string jobId, JobDocument? known, CancellationToken stop)
    {
        while (known is not { IsTerminal: true })
        {
            using var answer = await _routes.ReadIfMovedOnAsync(jobId, known?.ETag, _prefer, stop);
            if (known is null || answer.StatusCode != HttpStatusCode.NotModified)
                known = await answer.ReadAsync<JobDocument>(_time, stop);
            if (!known.IsTerminal)
                await PauseAsync(answer, stop);
        }
        return known;
    }

    private Task PauseAsync(HttpResponseMessage answer, CancellationToken stop) =>
        Task.Delay(answer.Headers.AskedWait(_time) ?? UnaskedWait, _time, stop);

    private static string NewKey() => Guid.NewGuid().ToString();

    private static async Task<bool> IsWellAsync(Task<HttpResponseMessage> probe)
    {
        using var answer = await probe;
        return answer.IsSuccessStatusCode;
    }
}
