namespace Webhooks.Contract;

/// <summary>A worker that was seen lately, in <c>GET /workers</c>. It is written every few seconds, so it may be that old.</summary>
public sealed record WorkerDocument
{
    /// <summary>What the worker calls itself; handlers in a process of the service are <c>machine:process</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The types that it last asked for.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>What it says its version is.</summary>
    public string? Version { get; init; }

    /// <summary>Whether it is a handler host inside the service.</summary>
    public required bool InProcess { get; init; }

    /// <summary>Whether it waits for jobs or holds one; else it is gone, or about to be.</summary>
    public required bool Live { get; init; }

    /// <summary>When it first asked for jobs.</summary>
    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>When it last claimed or reported.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>How many jobs it holds now.</summary>
    public required int Held { get; init; }

    /// <summary>How many attempts it ended with a result, since it was first seen.</summary>
    public required long Finished { get; init; }

    /// <summary>How many attempts it ended with an error.</summary>
    public required long Failed { get; init; }
}
