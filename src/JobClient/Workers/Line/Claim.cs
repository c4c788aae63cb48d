namespace Webhooks.Workers.Line;

/// <summary>One claim of one job. The fence is the line's own matter.</summary>
internal abstract class Claim
{
    public required string Id { get; init; }

    public required string Type { get; init; }

    public required int Attempt { get; init; }

    public required int MaxAttempts { get; init; }

    public required string IdempotencyToken { get; init; }

    /// <summary>How long the attempt may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Minified JSON.</summary>
    public required byte[] Input { get; init; }

    /// <summary>What an earlier attempt saved: minified JSON.</summary>
    public byte[]? Checkpoint { get; init; }

    public bool CancelRequested { get; init; }
}
