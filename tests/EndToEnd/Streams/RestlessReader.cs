using System.Text.Json;

namespace EndToEnd.Streams;

/// <summary>
/// Reads one job's log from its first event to its last by whichever way chance picks, and breaks off again and again. Each way goes on from the number
/// that the one before had reached. An event that is not the next one is a fault.
/// </summary>
internal sealed class RestlessReader(string job, IReadOnlyList<HttpClient> services, Inbox inbox, int seed)
{
    private readonly Random _chance = new(seed);
    private readonly List<string> _bodies = [];

    public string Job => job;

    /// <summary>The events in the order in which they came.</summary>
    public IReadOnlyList<string> Bodies => _bodies;

    /// <summary>How many it has; to be looked at while it reads.</summary>
    public int Count => _bodies.Count;

    public List<string> Faults { get; } = [];

    /// <summary>How often a connection ended while there was more to come: by its own doing, mostly.</summary>
    public int Disconnects { get; private set; }

    public int[] PerWay { get; } = new int[4];

    public bool IsDone { get; private set; }

    public async Task ReadAsync(CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!IsDone && Faults.Count == 0)
        {
            var way = _chance.Next(4);
            var service = services[_chance.Next(services.Count)];
            var before = _bodies.Count;
            try
            {
                await (way switch
                {
                    0 => StreamAsync(service, stop),
                    1 => PollAsync(service, wait: true, stop),
                    2 => PollAsync(service, wait: false, stop),
                    _ => ReceiveAsync(pause, stop),
                });
            }
            catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException && !stop.IsCancellationRequested)
            {
                Disconnects++;
                await pause.WaitForNextTickAsync(stop); // the service is down, or it was the reader who broke off
            }
            PerWay[way] += _bodies.Count - before;
        }
    }

    private async Task StreamAsync(HttpClient service, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{job}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (_bodies.Count > 0)
            request.Headers.Add("Last-Event-ID", $"{_bodies.Count}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(_chance.Next(20, 3000));
        using var response = await service.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        var most = _chance.Next(1, 12);
        await foreach (var happened in StreamLines.ReadAsync(lines, patience.Token))
        {
            Take(happened);
            if (IsDone)
                return;
            if (--most > 0)
                continue;
            Disconnects++;
            return; // closes the connection
        }
    }

    private async Task PollAsync(HttpClient service, bool wait, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{job}/events?after={_bodies.Count}&limit={_chance.Next(1, 8)}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (wait)
        {
            request.Headers.Add("Prefer", "wait=5");
            patience.CancelAfter(_chance.Next(20, 3000));
        }
        using var response = await service.SendAsync(request, patience.Token);
        response.EnsureSuccessStatusCode();
        using var page = JsonDocument.Parse(await response.Content.ReadAsStringAsync(patience.Token));
        foreach (var item in page.RootElement.GetProperty("events").EnumerateArray())
            Take(Happened.Of(item.GetRawText()));
        if (page.RootElement.GetProperty("next_after").GetInt32() != _bodies.Count || page.RootElement.GetProperty("terminal").GetBoolean() != IsDone)
            Faults.Add($"{job}: after {_bodies.Count} the page says {page.RootElement.GetProperty("next_after")}, {page.RootElement.GetProperty("terminal")}");
    }

    private async Task ReceiveAsync(PeriodicTimer pause, CancellationToken stop)
    {
        for (var (most, looks) = (_chance.Next(1, 12), 10); most > 0 && looks > 0 && !IsDone;)
            if (inbox.Find(job, _bodies.Count + 1) is { } body)
            {
                Take(Happened.Of(body));
                most--;
            }
            else
            {
                await pause.WaitForNextTickAsync(stop);
                looks--;
            }
    }

    private void Take(Happened happened)
    {
        if (happened.Job != job || happened.Seq != _bodies.Count + 1 || IsDone)
            Faults.Add($"{job}: after {_bodies.Count} came {happened.Seq} of {happened.Job}");
        _bodies.Add(happened.Body);
        IsDone |= happened.IsLast;
    }
}
