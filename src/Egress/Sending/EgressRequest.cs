namespace Egress;

/// <summary>One request. Its URL should have passed <see cref="UrlRules"/>, and a tenant's headers <see cref="HeaderRules"/>.</summary>
internal sealed record EgressRequest
{
    /// <summary>What is read of the answer to a delivery, in bytes.</summary>
    public const int DeliveryResponseBytes = 16 * 1024;

    /// <summary>What <c>http.request</c> reads, in bytes.</summary>
    public const int JobResponseBytes = 1024 * 1024;

    /// <summary>POST by default.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    public required Uri Url { get; init; }

    /// <summary>All headers but <c>Content-Type</c>, <c>User-Agent</c> among them. None by default.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Sent from where it lies; must not change until the answer is there. Empty by default.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Null by default: no <c>Content-Type</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>How much of the answer's body is read, in bytes: <see cref="DeliveryResponseBytes"/> by default.</summary>
    public int MaxResponseBytes { get; init; } = DeliveryResponseBytes;

    /// <summary>
    /// Whether a longer body fails the request (<see cref="EgressError.ResponseTooLarge"/>) instead of being cut. False by default.
    /// </summary>
    public bool WholeResponse { get; init; }
}
