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

    /// <summary>True: each event waits until the one before it is delivered. Default: false, each is sent when it happens.</summary>
    public bool? Ordered { get; init; }

    /// <summary>
    /// What a parked event does to those behind it, where they are ordered: <c>block</c> holds them up until it is replayed, <c>skip</c> goes on
    /// with the next. Default: <c>block</c>.
    /// </summary>
    public string? OnParked { get; init; }

    /// <summary>
    /// The waits before each attempt in whole seconds, instead of the deployment's; their number is the number of attempts. 1 to 30 waits of 0 to
    /// 604,800 s, 2,592,000 s in all. Up to a tenth is added to each but the first.
    /// </summary>
    public IReadOnlyList<int>? Schedule { get; init; }
}

/// <summary>What a parked event of an ordered callback does to those behind it.</summary>
public static class ParkedEffects
{
    /// <summary>They wait until it is replayed and delivered.</summary>
    public const string Block = "block";

    /// <summary>The next one is sent.</summary>
    public const string Skip = "skip";
}
