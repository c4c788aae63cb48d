using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Egress.Tests;

/// <summary>A name server that says what the test tells it to: each lookup gets the next answer, the last one for ever.</summary>
internal sealed class ScriptedResolver(params IPAddress[][] answers) : IResolver
{
    private bool isSilentAtFirst;

    public ConcurrentQueue<string> Lookups { get; } = new();

    public static ScriptedResolver To(params string[] addresses) => new([.. addresses.Select(IPAddress.Parse)]);

    public static IResolver Failing(SocketError error) => new Failure(new SocketException((int)error));

    public static IResolver Failing(Exception failure) => new Failure(failure);

    /// <summary>Never answers the first lookup. It ignores the deadline too, as a resolver in the middle of a system call does.</summary>
    public static ScriptedResolver SilentOnce(string then) => new([], [IPAddress.Parse(then)]) { isSilentAtFirst = true };

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        var turn = Lookups.Count;
        Lookups.Enqueue(host);
        if (turn == 0 && isSilentAtFirst) return new TaskCompletionSource<IPAddress[]>().Task;
        return Task.FromResult(answers[Math.Min(turn, answers.Length - 1)]);
    }

    private sealed class Failure(Exception failure) : IResolver
    {
        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel) => Task.FromException<IPAddress[]>(failure);
    }
}
