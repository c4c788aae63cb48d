using System.Globalization;
using System.Text;
using System.Text.Json;
using Faults.Histories;
using Faults.Processes;

namespace Faults.Load;

/// <summary>
/// Reads jobs' logs from the first event to the last, by stream or long poll, from whichever process. It breaks off again and again, or is cut
/// off, and goes on from the number that it has reached.
/// </summary>
internal sealed class Reader(Deployment deployment, Accepted accepted, HistoryLog log, Random random)
{
    /// <summary>One log after the other, until <paramref name="stop"/>; the last one to its end, for which there is time until <paramref name="end"/>.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken end)
    {
        while (!stop.IsCancellationRequested)
        {
            if (accepted.AnyRecent(random) is { } job)
                await ReadAsync(new Progress(log.NextNumber(), job), end);
            else
                await Pause.ForAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
        }
    }

    private async Task ReadAsync(Progress progress, CancellationToken end)
    {
        while (!progress.IsThrough && !end.IsCancellationRequested)
        {
            progress.Connections++;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(end);
            patience.CancelAfter(random.Next(50, 3000));
            try
            {
                await (random.Next(2) == 0 ? StreamAsync(progress, patience.Token) : PollAsync(progress, patience.Token));
            }
            catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
            {
                await Pause.ForAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
        }
        if (progress.IsThrough)
            log.Append(new ReadThrough(progress.Reader, progress.Job, progress.Connections, TimeProvider.System.GetUtcNow()));
    }

    private async Task StreamAsync(Progress progress, CancellationToken patience)
    {
        using var request = Wire.Request(HttpMethod.Get, deployment.AnyDoor(random), $"/jobs/{progress.Job}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (progress.Last > 0)
            request.Headers.Add("Last-Event-ID", progress.Last.ToString(CultureInfo.InvariantCulture));
        using var answer = await deployment.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience);
        answer.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(patience));
        var most = random.Next(1, 8);
        while (most > 0 && !progress.IsThrough && await lines.ReadLineAsync(patience) is { } line)
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                progress.Next = int.Parse(line[4..], CultureInfo.InvariantCulture);
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                progress.Data = line[6..];
            else if (line.Length == 0 && progress.Data is { } data) // only a whole event counts
            {
                progress.Data = null;
                Take(progress, progress.Next, data);
                most--;
            }
        progress.Data = null;
    }

    private async Task PollAsync(Progress progress, CancellationToken patience)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/jobs/{progress.Job}/events?after={progress.Last}&limit={random.Next(1, 8)}");
        using var request = Wire.Request(HttpMethod.Get, deployment.AnyDoor(random), path);
        request.Headers.Add("Prefer", "wait=3");
        using var answer = await deployment.Client.SendAsync(request, patience);
        answer.EnsureSuccessStatusCode();
        using var page = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(patience));
        foreach (var item in page.RootElement.GetProperty("events").EnumerateArray())
            Take(progress, item.GetProperty("data").GetProperty("seq").GetInt32(), item.GetRawText());
    }

    private void Take(Progress progress, int seq, string data)
    {
        log.Append(new Seen(progress.Reader, progress.Job, seq, DatabaseReader.Hash(Encoding.UTF8.GetBytes(data)), TimeProvider.System.GetUtcNow()));
        progress.Last = seq;
        using var body = JsonDocument.Parse(data);
        progress.IsThrough = body.RootElement.GetProperty("type").GetString() is "job.succeeded" or "job.failed" or "job.canceled";
    }

    private sealed class Progress(long reader, string job)
    {
        public long Reader => reader;
        public string Job => job;
        public int Last { get; set; }
        public int Connections { get; set; }
        public int Next { get; set; }
        public string? Data { get; set; }
        public bool IsThrough { get; set; }
    }
}
