namespace Webhooks.Contract;

/// <summary>The answer of <c>POST /jobs/{id}/stream-url</c>: where a browser's <c>EventSource</c> reads the job's events without a key.</summary>
public sealed record StreamUrl
{
    /// <summary>The address, with its token: whoever has it may read the events of this one job until it expires.</summary>
    public required string Url { get; init; }

    /// <summary>When it stops opening streams; one that is open goes on.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Without the address: its token is a secret for as long as it lives.</summary>
    public override string ToString() => $"StreamUrl {{ ExpiresAt = {ExpiresAt:O} }}";
}
