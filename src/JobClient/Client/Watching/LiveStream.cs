using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Webhooks.Client.Sending;
using Webhooks.Contract;

namespace Webhooks.Client.Watching;

/// <summary>
/// Reads the event stream (<c>text/event-stream</c>). The service speaks at once when a stream opens and at least each 15 s afterwards, so a
/// stream that says nothing for <see cref="FirstWord"/>, or for <see cref="Silence"/> later, is held back by something in between.
/// </summary>
internal sealed class LiveStream(IJobRoutes routes, string jobId, TimeProvider time) : IWay
{
    public static readonly TimeSpan FirstWord = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    /// <summary>A stream that is cut this often without an event between is no way to read.</summary>
    private const int MostCuts = 3;

    private Opened? _stream;
    private int _cuts;

    public async Task<Reading> ReadAsync(int after, CancellationToken stop)
    {
        try
        {
            if (_stream is null && await OpenAsync(after, stop) is { } closed)
                return closed;
            return await ReadItemAsync(_stream!);
        }
        catch (SilenceException)
        {
            return await CloseAsync(new Reading.Unfit(null));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException)
        {
            return await CloseAsync(Cut());
        }
    }

    public ValueTask DisposeAsync() => _stream?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Null once it is open; otherwise what the service answered instead.</summary>
    private async Task<Reading?> OpenAsync(int after, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(FirstWord, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        HttpResponseMessage answer;
        try
        {
            answer = await routes.StreamEventsAsync(jobId, after, "text/event-stream", Manner.Once | Manner.Streamed, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new Reading.Unfit(null);
        }
        if (answer is { StatusCode: HttpStatusCode.OK, Content.Headers.ContentType.MediaType: "text/event-stream" })
        {
            _stream = new(answer, await answer.Content.ReadAsStreamAsync(stop), time, stop);
            return null;
        }
        using (answer)
            return answer.StatusCode switch
            {
                HttpStatusCode.NoContent => new Reading.Over(),
                HttpStatusCode.TooManyRequests => new Reading.Unfit(answer.Headers.AskedWait(time)), // too many streams are not too many requests
                _ when answer.MayPass() => Cut(answer.Headers.AskedWait(time)),
                HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable or HttpStatusCode.NotImplemented => new Reading.Unfit(null),
                _ => await answer.RefusalAsync(time) is { } refusal ? throw refusal : new Reading.Unfit(null),
            };
    }

    private async Task<Reading> ReadItemAsync(Opened stream)
    {
        if (!await stream.Items.MoveNextAsync())
            return await CloseAsync(Cut(stream.AskedWait));
        _cuts = 0;
        return new Reading.News([stream.Items.Current.Data]);
    }

    private Reading Cut(TimeSpan? askedWait = null) => ++_cuts < MostCuts ? new Reading.Broken(askedWait) : new Reading.Unfit(askedWait);

    private async Task<Reading> CloseAsync(Reading reading)
    {
        await DisposeAsync();
        _stream = null;
        return reading;
    }

    private sealed class Opened : IAsyncDisposable
    {
        private readonly HttpResponseMessage _answer;
        private readonly SseParser<JobEvent> _parser;

        public Opened(HttpResponseMessage answer, Stream body, TimeProvider time, CancellationToken stop)
        {
            _answer = answer;
            var patient = new PatientStream(body, FirstWord, Silence, time);
            _parser = SseParser.Create(patient, (_, data) => JobEvent.Parse(data));
            Items = _parser.EnumerateAsync(stop).GetAsyncEnumerator(stop);
        }

        public IAsyncEnumerator<SseItem<JobEvent>> Items { get; }

        /// <summary>The stream's own <c>retry:</c>.</summary>
        public TimeSpan? AskedWait => _parser.ReconnectionInterval is var asked && asked > TimeSpan.Zero ? asked : null;

        public async ValueTask DisposeAsync()
        {
            await Items.DisposeAsync();
            _answer.Dispose();
        }
    }
}
