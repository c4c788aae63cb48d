using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using static Fixtures.Repository;

namespace EndToEnd.Layout;

public sealed class The_second_wall : IDisposable
{
    private readonly TcpListener _open = new(IPAddress.Loopback, 0);
    private readonly string _closed;

    public The_second_wall()
    {
        using var once = new TcpListener(IPAddress.Loopback, 0);
        _open.Start();
        once.Start();
        _closed = once.LocalEndpoint.ToString()!;
    }

    private string Open => _open.LocalEndpoint.ToString()!;

    [Fact]
    public async Task is_found_missing_where_something_answers()
    {
        var (code, output) = await RunAsync(("METADATA", ""), ("FORBIDDEN", $"{_closed} {Open}"));
        Assert.Equal((1, $"refused  {_closed}\nHOLE     {Open} answers\n"), (code, output));
    }

    [Fact]
    public async Task stands_where_nothing_answers_but_what_is_allowed()
    {
        var (code, output) = await RunAsync(("METADATA", _closed), ("ALLOWED", Open));
        Assert.Equal((0, $"refused  {_closed}\nreached  {Open}\n"), (code, output));
    }

    [Fact]
    public async Task is_too_high_where_what_is_allowed_does_not_answer()
    {
        var (code, output) = await RunAsync(("METADATA", ""), ("ALLOWED", _closed));
        Assert.Equal((1, $"MISSING  {_closed} does not answer\n"), (code, output));
    }

    [Fact]
    public void is_tried_with_metadata_addresses_that_the_guard_refuses() =>
        Assert.Contains("169.254.169.254:80", File.ReadAllText(PathOf("deploy/egress-smoke.sh")), StringComparison.Ordinal);

    public void Dispose() => _open.Dispose();

    private static async Task<(int Code, string Output)> RunAsync(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", [PathOf("deploy/egress-smoke.sh")]) { RedirectStandardOutput = true };
        start.Environment.Remove("KUBERNETES_SERVICE_HOST");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var script = Process.Start(start)!;
        var output = await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (script.ExitCode, output);
    }
}
