namespace Webhooks.Contract;

/// <summary>Body of <c>POST /jobs/{id}/callbacks</c>, and one of the callbacks of <see cref="SubmitJob"/>.</summary>
public sealed record CreateCallback
{
    /// <summary>Where the events are posted to. Required.</summary>
    public string? Url { get; init; }

    /// <summary>The <see cref="JobEventTypes"/> that are wanted. Default: the three terminal ones.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Headers that each delivery carries besides its own. Never shown again.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Signs instead of the tenant's: <c>whsec_</c> and base64 of 24 to 64 bytes, or an Ed25519 key, <c>whsk_</c> and base64 of seed and
    /// public key. Never shown again.</summary>
    public Secret? Secret { get; init; }
}
