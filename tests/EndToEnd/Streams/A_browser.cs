using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using EndToEnd.Running;
using Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Streams;

/// <summary>Chromium's own <c>EventSource</c>, on a page of another origin, with nothing but a stream URL.</summary>
public sealed class A_browser
{
    [Fact(Timeout = 180_000)]
    public async Task reads_on_through_a_restart_of_the_service_and_stops_by_itself_at_the_end()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var page = await Page.StartAsync();
        await using var service = await RunningService.StartAsync(1, new() { ["Jobs__StopGrace"] = "00:00:00" }, stop, "Talker");
        var job = (await service.Client.SubmitAsync(
            new() { Type = "talk", Input = JsonSerializer.SerializeToElement(new { pieces = 5000, pause_ms = 50 }), MaxAttempts = 9 }, stop: stop)).Id;
        using var made = JsonDocument.Parse(await (await service.Http.PostAsync($"/jobs/{job}/stream-url", null, stop)).Content.ReadAsStringAsync(stop));

        using var browser = new Browser(page.UrlFor(service.Http.BaseAddress + made.RootElement.GetProperty("url").GetString()!.TrimStart('/')));
        await page.UntilAsync(seen => seen.Count >= 8, stop);
        await service.StopAsync();
        await service.StartAsync(stop);
        var before = page.Seen.Count;
        await page.UntilAsync(seen => seen.Count >= before + 8, stop);
        await service.Http.DeleteAsync($"/jobs/{job}", stop);
        await page.UntilAsync(seen => seen.Any(s => s == "closed"), stop);

        var ids = page.Seen.Where(s => s.StartsWith("id ", StringComparison.Ordinal)).ToList();
        using var stored = JsonDocument.Parse(await service.Http.GetStringAsync($"/jobs/{job}/events?limit=1000", stop));
        var events = stored.RootElement.GetProperty("events").EnumerateArray().ToList();
        Assert.Equal(events.Select((e, i) => $"id {i + 1} {e.GetProperty("type").GetString()} {e.GetRawText()}"), ids);
        Assert.True(page.Seen.Count(s => s == "open") >= 2, "It did not come again.");
    }

    /// <summary>A page on an origin of its own that tells its server what it sees.</summary>
    private sealed class Page(WebApplication app) : IAsyncDisposable
    {
        private const string Html = """
            <!doctype html><meta charset=utf-8><title>stream</title><script>
            let order = Promise.resolve();
            const say = text => order = order.then(() => fetch('/saw', {method: 'POST', body: text}));
            const source = new EventSource(new URLSearchParams(location.search).get('stream'));
            source.onopen = () => say('open');
            source.onerror = () => { if (source.readyState === EventSource.CLOSED) say('closed'); };
            for (const type of ['enqueued', 'started', 'progress', 'output', 'retry_scheduled', 'cancel_requested', 'succeeded', 'failed', 'canceled'])
                source.addEventListener('job.' + type, e => say(`id ${e.lastEventId} ${e.type} ${e.data}`));
            </script>
            """;

        private readonly ConcurrentQueue<string> _seen = [];
        private readonly SemaphoreSlim _came = new(0);

        public ConcurrentQueue<string> Seen => _seen;

        public static async Task<Page> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var page = new Page(builder.Build());
            await page.ServeAsync();
            return page;
        }

        public string UrlFor(string stream) => $"{Address}/?stream={Uri.EscapeDataString(stream)}";

        public async Task UntilAsync(Func<ConcurrentQueue<string>, bool> enough, CancellationToken stop)
        {
            while (!enough(Seen))
                await _came.WaitAsync(stop);
        }

        public ValueTask DisposeAsync()
        {
            _came.Dispose();
            return app.DisposeAsync();
        }

        private string Address => app.Urls.First();

        private async Task ServeAsync()
        {
            app.MapGet("/", () => Results.Content(Html, "text/html; charset=utf-8"));
            app.MapPost("/saw", async (HttpRequest request) =>
            {
                using var text = new StreamReader(request.Body);
                _seen.Enqueue(await text.ReadToEndAsync());
                _came.Release();
            });
            await app.StartAsync();
        }
    }

    /// <summary>Headless Chromium with a profile of its own; it must be installed.</summary>
    private sealed class Browser : IDisposable
    {
        private readonly TemporaryFolder _profile = new();
        private readonly Process _process;

        public Browser(string url)
        {
            string[] flags =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={_profile.Path}", url,
            ];
            _process = Process.Start(new ProcessStartInfo("chromium", flags) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public void Dispose()
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
            _process.Dispose();
            _profile.Dispose();
        }
    }
}
