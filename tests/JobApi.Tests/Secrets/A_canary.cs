using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Storage.Tenants;
using WebhookVerifier;

namespace JobApi.Tests.Secrets;

/// <summary>A marker in every field that is secret, a whole run with everything that goes wrong in it, and then a look into every place that remains.</summary>
public sealed class A_canary
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task is_in_no_log_no_document_no_refusal_and_no_file()
    {
        var (log, said) = (new EveryLine(), new StringBuilder());
        await using var service = await Service.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(log).Configure<LoggerFilterOptions>(filter => filter.MinLevel = LogLevel.Trace),
            ("Engine:Embedded", "true"), ("Egress:Allow:0", "127.0.0.0/8"), ("Deliveries:Schedule:0", "00:00:00"));
        await using var echo = await Echo.StartAsync();
        var (secret, key, header) = (WebhookSecret.Generate().Reveal(), Ed25519SigningKey.Generate(), "canary-" + RandomNumberGenerator.GetHexString(32));

        // What is shown once is what must not be seen again.
        var rotated = (await service.PostAsync("/signing-secret/rotate", "{}")).Text("secret");
        await service.PostAsync("/signing-secret/rotate", """{"scheme":"v1a"}""");
        var apiKey = (await service.PostAsync("/keys", """{"name":"canary","role":"client"}""")).Text("key");
        List<string> canaries = [secret, key.Reveal(), header, rotated, apiKey, Service.AdminKey];

        string[] callbacks =
        [
            $$"""{"url":"{{echo.Url}}/echo","secret":"{{secret}}","headers":{"authorization":"{{header}}"} }""",
            $$"""{"url":"{{echo.Url}}/echo","secret":"{{key.Reveal()}}","headers":{"x-token":"{{header}}"} }""",
            $$"""{"url":"{{echo.Url}}/fail","headers":{"x-token":"{{header}}"} }""",
            $$"""{"url":"{{echo.Url}}/gone","secret":"{{secret}}"}""",
            $$"""{"url":"http://127.0.0.1:9/nobody","secret":"{{secret}}","headers":{"x-token":"{{header}}"} }""",
        ];
        var job = (await AskAsync("POST", "/jobs", $$"""{"type":"none","callbacks":[{{string.Join(',', callbacks)}}]}""")).Text("id");
        await AskAsync("DELETE", $"/jobs/{job}");
        await AskAsync("POST", $"/jobs/{job}/callbacks", callbacks[0]);
        foreach (var callback in callbacks)
            await AskAsync("POST", "/callbacks/test", callback);
        await WorkAsync();

        // What is refused must not be repeated in the refusal.
        foreach (var wrong in (string[])[secret + "x", key.Reveal()[..^4], "whpk_" + secret[6..]])
        {
            canaries.Add(wrong);
            await AskAsync("POST", $"/jobs/{job}/callbacks", $$"""{"url":"{{echo.Url}}/echo","secret":"{{wrong}}"}""");
        }
        await AskAsync("POST", $"/jobs/{job}/callbacks", $$"""{"url":"{{echo.Url}}/echo","secret":{"{{secret}}":1} }""");
        await AskAsync("POST", $"/jobs/{job}/callbacks", $$"""{"url":"{{echo.Url}}/echo","headers":{"cookie":"{{header}}"} }""");
        await AskAsync("POST", "/callbacks/test", $$"""{"url":"https://{{header}}@receiver.example/"}""");
        await AskAsync("POST", "/keys", $$"""{"name":"n","role":"{{header}}"}""");
        await AskAsync("GET", "/jobs", null, apiKey + "x");

        // A ring that is lost is a fault that is logged.
        await SealWithAnotherRingAsync(service);
        service.Clock.Advance(TimeSpan.FromSeconds(10));
        var waiting = (await AskAsync("POST", "/jobs", $$"""{"type":"none","callback_url":"{{echo.Url}}/echo"}""")).Text("id");
        await AskAsync("DELETE", $"/jobs/{waiting}");
        await WorkAsync();

        foreach (var path in (string[])
            ["/jobs", $"/jobs/{job}", $"/jobs/{job}/events", $"/jobs/{job}/callbacks", "/deliveries", "/keys", "/signing-secret", "/openapi/v1.json", "/.well-known/webhook-keys"])
            await AskAsync("GET", path);
        foreach (var delivery in (await AskAsync("GET", "/deliveries")).Json.GetProperty("items").EnumerateArray())
            await AskAsync("GET", $"/deliveries/{delivery.GetProperty("id").GetString()}/attempts");
        await service.Get<DeliveryEngine.DeliveryEngine>().DrainAsync(Stop);

        Assert.True(echo.Seen.Any(request => request.Contains(header, StringComparison.Ordinal)), "no canary flew at all");
        Assert.Contains("***", said.ToString(), StringComparison.Ordinal); // what was echoed is in the excerpt, without the canary
        Assert.Contains(log.Lines, line => line.Contains("KeyRing", StringComparison.Ordinal));
        var files = FilesOf(service);
        Assert.NotEmpty(files);
        foreach (var canary in canaries)
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(canary, StringComparison.Ordinal));
            Assert.False(said.ToString().Contains(canary, StringComparison.Ordinal), $"a document has {canary[..10]}");
            foreach (var (name, bytes) in files)
                foreach (var form in FormsOf(canary))
                    Assert.True(bytes.AsSpan().IndexOf(form) < 0, $"{name} has {canary[..10]}");
        }

        async Task<Answer> AskAsync(string method, string path, string? body = null, string with = Service.AdminKey)
        {
            var answer = await service.SendAsync(new HttpMethod(method), path, body, with);
            said.AppendLine(answer.Body).AppendJoin('\n', answer.Headers.Select(h => $"{h.Key}: {h.Value}")).AppendLine();
            return answer;
        }

        async Task WorkAsync()
        {
            var engine = service.Get<DeliveryEngine.DeliveryEngine>();
            using var now = new PeriodicTimer(TimeSpan.FromMilliseconds(20)); // the host's own ringer takes the rings
            do
                await engine.RunOnceAsync(Stop);
            while (!engine.IsIdle && await now.WaitForNextTickAsync(Stop));
        }
    }

    private static async Task SealWithAnotherRingAsync(Service service)
    {
        var store = service.Get<SigningKeyStore>();
        await store.RotateAsync(TenantStore.DefaultId, SigningScheme.V1, [1, 2, 3], null, TimeSpan.FromHours(1), Stop);
    }

    /// <summary>As text, as the bytes that it stands for, and as their hexadecimal digits.</summary>
    private static IEnumerable<byte[]> FormsOf(string canary)
    {
        yield return Encoding.UTF8.GetBytes(canary);
        var base64 = canary[(canary.IndexOf('_', StringComparison.Ordinal) + 1)..];
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length) || length < 24)
            yield break;
        yield return bytes[..length];
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(bytes.AsSpan(0, length)));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes.AsSpan(0, length)));
    }

    private static List<(string Name, byte[] Bytes)> FilesOf(Service service)
    {
        var database = service.Get<IConfiguration>().GetConnectionString("Webhooks")!["Data Source=".Length..];
        return [.. Directory.GetFiles(Path.GetDirectoryName(database)!, "webhooks.db*").Select(file => (Path.GetFileName(file), Read(file)))];

        static byte[] Read(string file)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>Keeps whatever anybody logs: the sentence, the values in it, and exceptions to the last inner one.</summary>
    private sealed class EveryLine : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Enqueue(state.ToString() ?? "");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : "";
            Lines.Enqueue($"{formatter(state, exception)} {values} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
