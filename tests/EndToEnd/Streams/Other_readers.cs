using System.Diagnostics;
using EndToEnd.Running;
using System.Text.Json;

namespace EndToEnd.Streams;

/// <summary>Programs that know nothing of us: curl and Python's standard library.</summary>
public sealed class Other_readers
{
    private const string Python = """
        import json, sys, urllib.request
        url, key = sys.argv[1], sys.argv[2]
        last, seen, done = 0, [], False
        while not done:
            request = urllib.request.Request(url, headers={
                "Authorization": "Bearer " + key, "Accept": "text/event-stream", **({"Last-Event-ID": str(last)} if last else {})})
            with urllib.request.urlopen(request) as stream:
                if stream.status == 204:
                    break
                number = kind = None
                taken = 0
                for line in stream:
                    line = line.decode().rstrip("\n")
                    if line.startswith("id: "): number = int(line[4:])
                    elif line.startswith("event: "): kind = line[7:]
                    elif line.startswith("data: "):
                        body = json.loads(line[6:])
                        assert body["data"]["seq"] == number and body["type"] == kind, line
                        last = number
                        seen.append(number)
                        taken += 1
                        if taken == 5: break  # goes away in the middle, and comes back for the rest
        print(json.dumps(seen))
        """;

    [Fact(Timeout = 120_000)]
    public async Task read_the_stream_with_curl()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var service = await RunningService.StartAsync(1, null, stop, "Talker");
        var job = await TalkAsync(service, stop);

        var text = await RunAsync("curl", ["-N", "-sS", "-H", "Accept: text/event-stream", "-H", $"Authorization: Bearer {RunningService.Key}", UrlOf(service, job)], stop);

        var read = new List<Happened>();
        using var lines = new StringReader(text);
        await foreach (var happened in StreamLines.ReadAsync(lines, stop))
            read.Add(happened);
        Assert.Equal(Enumerable.Range(1, 23), read.Select(e => e.Seq));
        Assert.True(read[^1].IsLast);
    }

    [Fact(Timeout = 120_000)]
    public async Task read_and_resume_the_stream_with_nothing_but_Python()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var service = await RunningService.StartAsync(1, null, stop, "Talker");
        var job = await TalkAsync(service, stop);

        var seen = JsonSerializer.Deserialize<int[]>(await RunAsync("python3", ["-c", Python, UrlOf(service, job), RunningService.Key], stop));

        Assert.Equal(Enumerable.Range(1, 23), seen);
    }

    private static string UrlOf(RunningService service, string job) => $"{service.Http.BaseAddress}jobs/{job}/events";

    /// <summary>A job of 23 events that come bit by bit.</summary>
    private static async Task<string> TalkAsync(RunningService service, CancellationToken stop) =>
        (await service.Client.SubmitAsync(
            new() { Type = "talk", Input = JsonSerializer.SerializeToElement(new { pieces = 20, pause_ms = 30 }) }, stop: stop)).Id;

    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        await process.WaitForExitAsync(stop);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await errors}");
        return await output;
    }
}
