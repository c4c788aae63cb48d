using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Webhooks.Client.Results;
using Webhooks.Client.Sending;
using Webhooks.Client.Watching;
using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>
/// Submits jobs and learns how they end. One instance serves all threads. Every call throws <see cref="JobApiException"/> when the service
/// refuses, and <see cref="HttpRequestException"/> when it can't be reached, after the repeats that are safe.
/// </summary>
public sealed class JobClient
{
    private readonly IJobRoutes _routes;
    private readonly JobClientOptions _options;
    private readonly Repeats _repeats;
    private readonly TimeProvider _time;
    private readonly string? _prefer;

    internal JobClient(IJobRoutes routes, IOptions<JobClientOptions> options, Repeats repeats, TimeProvider time)
    {
        _routes = routes;
        _options = options.Value;
        _repeats = repeats;
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
        _routes.SubmitAsync(job, idempotencyKey ?? NewKey(), prefer: null, stop);

    /// <summary>Hands a job in, waits for its end, and reads its result, also one that was uploaded as JSON.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="stop">Ends the waiting, not the job.</param>
    /// <exception cref="JsonException">The result isn't a <typeparamref name="TResult"/>.</exception>
    public async Task<JobOutcome<TResult>> RunAsync<TResult>(SubmitJob job, CancellationToken stop = default)
    {
        var accepted = await _routes.SubmitAsync(job, NewKey(), _prefer, stop);
        return await OutcomeAsync<TResult>(await WaitAsync(accepted.Id, accepted, stop), stop);
    }

    /// <summary>Waits until a job has ended; asks no more often than the service wants.</summary>
    /// <param name="jobId"><c>job_…</c></param>
    /// <param name="stop">Ends the waiting, not the job.</param>
    public Task<JobDocument> WaitAsync(string jobId, CancellationToken stop = default) => WaitAsync(jobId, known: null, stop);

    /// <summary>Waits until a job has ended, and reads its result.</summary>
    /// <inheritdoc cref="WaitAsync(string, CancellationToken)"/>
    /// <exception cref="JsonException">The result isn't a <typeparamref name="TResult"/>.</exception>
    public async Task<JobOutcome<TResult>> WaitAsync<TResult>(string jobId, CancellationToken stop = default) =>
        await OutcomeAsync<TResult>(await WaitAsync(jobId, stop), stop);

    /// <summary>A job as it is now.</summary>
    public Task<JobDocument> GetAsync(string jobId, CancellationToken stop = default) => _routes.ReadAsync(jobId, stop);

    /// <summary>All jobs that match, page by page as they are asked for.</summary>
    public IAsyncEnumerable<JobDocument> ListAsync(JobFilter? filter = null) =>
        Listing.AllAsync((cursor, stop) => _routes.ListAsync(filter ?? new(), cursor, stop));

    /// <summary>
    /// A job's events as they happen, each once and in order; ends after the terminal one. Reads the event stream, or long-polls or polls
    /// where something in between lets no stream through, and goes back to it later. Lost connections, restarts of the service and its
    /// overload (408, 429, 5xx; <c>Retry-After</c> is honoured) only delay it: it goes on for as long as it isn't stopped.
    /// </summary>
    /// <param name="jobId"><c>job_…</c></param>
    /// <param name="after">The <c>seq</c> of the last event already seen, wherever it was seen. Default: 0, from the start.</param>
    /// <param name="stop">Ends the watching, not the job.</param>
    /// <exception cref="JobApiException">The service refuses: there is no such job, or the key is no good.</exception>
    public IAsyncEnumerable<JobEvent> WatchAsync(string jobId, int after = 0, CancellationToken stop = default)
    {
        List<Func<IWay>> ways = [() => new LiveStream(_routes, jobId, _time), () => new Pages(_routes, jobId, prefer: null, _time)];
        if (_prefer is not null)
            ways.Insert(1, () => new Pages(_routes, jobId, _prefer, _time));
        return new Watch(ways, _repeats, _time).ReadAsync(after, stop);
    }

    /// <summary>A job's events, those to come included, page by page; ends after the terminal one. <see cref="WatchAsync"/> is quicker and outlives more.</summary>
    /// <param name="jobId"><c>job_…</c></param>
    /// <param name="after">The <c>seq</c> of the last event already seen. Default: 0, from the start.</param>
    /// <param name="stop">Ends the reading.</param>
    public async IAsyncEnumerable<JobEvent> EventsAsync(
        string jobId, int after = 0, [EnumeratorCancellation] CancellationToken stop = default)
    {
        while (true)
        {
            var asked = _time.GetTimestamp();
            using var answer = await _routes.ReadEventsAsync(jobId, after, _prefer, Manner.Usual, stop);
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
                await PauseAsync(answer, asked, stop);
            after = page.NextAfter;
        }
    }

    /// <summary>The result of a job that succeeded, read as JSON: one in the job's document, a large one, or one that was uploaded.</summary>
    /// <param name="jobId"><c>job_…</c></param>
    /// <param name="stop">Ends the call.</param>
    /// <exception cref="JobApiException"><c>job_not_finished</c>, <c>job_failed</c>, or there is no such job.</exception>
    /// <exception cref="JsonException">The result is no JSON, or not a <typeparamref name="TResult"/>.</exception>
    public async Task<TResult?> GetResultAsync<TResult>(string jobId, CancellationToken stop = default)
    {
        using var bytes = new MemoryStream();
        var result = await DownloadResultAsync(jobId, bytes, stop);
        if (!result.IsJson)
            throw new JsonException($"The result of {jobId} is {result.ContentType}, not JSON: download it.");
        return JsonSerializer.Deserialize<TResult>(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), ContractJson.Options);
    }

    /// <summary>
    /// Writes the result of a job that succeeded to a stream, whatever it is and however large. A connection that breaks is taken up where it
    /// broke; at the end the bytes are held to the digest that the service gave.
    /// </summary>
    /// <param name="jobId"><c>job_…</c></param>
    /// <param name="destination">Written from where it stands. One that can seek is taken back if the service has to begin anew.</param>
    /// <param name="stop">Ends the call.</param>
    /// <exception cref="JobApiException"><c>job_not_finished</c>, <c>job_failed</c>, or there is no such job.</exception>
    /// <exception cref="InvalidDataException">What arrived isn't what the service sent.</exception>
    /// <exception cref="IOException">The destination failed, or can't be taken back where that is needed.</exception>
    public Task<DownloadedResult> DownloadResultAsync(string jobId, Stream destination, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return new ResultDownload(_routes, jobId, destination, _options, _repeats, _time).RunAsync(stop);
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
            var asked = _time.GetTimestamp();
            // Who knows nothing yet is answered at once, and told whether the next answer would be held back: then there is no need to pause.
            using var answer = await _routes.ReadIfMovedOnAsync(jobId, known is null ? 0 : null, known?.ETag, _prefer, stop);
            var movedOn = known is null || answer.StatusCode != HttpStatusCode.NotModified;
            if (movedOn)
                known = await answer.ReadAsync<JobDocument>(_time, stop);
            if (!known!.IsTerminal && !(movedOn && answer.Waits()))
                await PauseAsync(answer, asked, stop);
        }
        return known;
    }

    private async Task<JobOutcome<TResult>> OutcomeAsync<TResult>(JobDocument job, CancellationToken stop) =>
        job is { Status: JobStatuses.Succeeded, ResultSize: not null }
            ? JobOutcome<TResult>.Of(job, await GetResultAsync<TResult>(job.Id, stop))
            : JobOutcome<TResult>.Of(job);

    private async Task PauseAsync(HttpResponseMessage answer, long asked, CancellationToken stop)
    {
        if (answer.PauseBeforeAsking(_time.GetElapsedTime(asked), _time) is var pause && pause > TimeSpan.Zero)
            await Task.Delay(pause, _time, stop);
    }

    private static string NewKey() => Guid.NewGuid().ToString();

    private static async Task<bool> IsWellAsync(Task<HttpResponseMessage> probe)
    {
        using var answer = await probe;
        return answer.IsSuccessStatusCode;
    }
}
