namespace Webhooks.Contract;

/// <summary>Body of <c>POST /callbacks/test</c>: a callback to be tried before it is registered.</summary>
public sealed record TestCallback
{
    /// <summary>Where the test event is posted to. Required.</summary>
    public string? Url { get; init; }

    /// <summary>Headers that the request carries besides its own.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Signs instead of the tenant's: <c>whsec_…</c> or <c>whsk_…</c>.</summary>
    public Secret? Secret { get; init; }
}
