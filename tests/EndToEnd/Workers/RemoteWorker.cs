using System.Diagnostics;
using System.Globalization;
using Fixtures;

namespace EndToEnd.Workers;

/// <summary>
/// A worker in Python with nothing but the worker contract, as a process that can be killed and stalled, on a network of its own that can be cut
/// and held up. Now and then it hangs up after it has sent a request, so that it can't know what came of it, and says the same again.
/// </summary>
internal sealed class RemoteWorker : IAsyncDisposable
{
    private const string Script = """
        import http.client, json, random, sys, time
        services, key, name = sys.argv[1].split(","), sys.argv[2], sys.argv[3]
        def ask(path, body, fence=None):
            while True:
                host = random.choice(services)
                headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
                if fence: headers["Lease-Fence"] = str(fence)
                try:
                    connection = http.client.HTTPConnection(host, timeout=20)
                    connection.request("POST", path, json.dumps(body), headers)
                    if random.random() < 0.02:
                        connection.close()
                        continue
                    answer = connection.getresponse()
                    said = answer.read()
                    connection.close()
                    if answer.status < 500: return answer.status, json.loads(said) if said else None
                except OSError: pass
                except http.client.HTTPException: pass
                time.sleep(0.2)
        while True:
            status, claimed = ask("/worker/claims", {"types": ["http.request"], "max": 4, "wait_seconds": 5, "lease_seconds": 10, "worker_id": name})
            if status != 200: continue
            for job in claimed["jobs"]:
                path, fence = "/worker/jobs/" + job["id"] + "/", job["fence"]
                parts = [{"client_seq": n + 1, "data": [fence, n + 1]} for n in range(3)]
                for chunk in parts[:1], parts[:2], parts:
                    status, _ = ask(path + "events", {"outputs": chunk}, fence)
                    if status != 200: break
                if status != 200: continue
                dice = random.random()
                if dice < 0.03: ask(path + "fail", {"error": {"code": "dice", "message": "fell badly"}, "retry_after_seconds": 0}, fence)
                elif dice < 0.06: ask(path + "release", {}, fence)
                else: ask(path + "complete", {"result": {"fence": fence}}, fence)
        """;

    private readonly List<Proxy> _network;
    private readonly string[] _arguments;
    private Process _process;

    public RemoteWorker(IEnumerable<Uri> services, string key, string name)
    {
        _network = [.. services.Select(s => new Proxy(s.Port))];
        _arguments = ["-c", Script, string.Join(',', _network.Select(n => $"127.0.0.1:{n.Port}")), key, name];
        _process = Start(_arguments);
    }

    /// <summary><c>kill -9</c>, and another takes its place.</summary>
    public async Task CrashAsync()
    {
        await KillAsync();
        _process.Dispose();
        _process = Start(_arguments);
    }

    public Task StallAsync() => SignalAsync("STOP");

    public Task GoOnAsync() => SignalAsync("CONT");

    /// <summary>All its connections break, and nobody answers new ones.</summary>
    public void Cut() => _network.ForEach(n => n.Cut());

    /// <summary>Whatever it sends, and what is answered, arrives once the network is mended.</summary>
    public void Hold() => _network.ForEach(n => n.Hold());

    public void Mend() => _network.ForEach(n => n.Mend());

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        foreach (var proxy in _network)
            await proxy.DisposeAsync();
    }

    private static Process Start(string[] arguments) =>
        Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;

    private async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
