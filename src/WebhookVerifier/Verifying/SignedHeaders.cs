namespace WebhookVerifier;

/// <summary>Picks the three headers out of all of them, and sees whether one came twice.</summary>
internal readonly struct SignedHeaders
{
    internal string? Id { get; private init; }

    internal string? Timestamp { get; private init; }

    internal string? Signature { get; private init; }

    internal bool Repeated { get; private init; }

    internal static SignedHeaders Read(IEnumerable<KeyValuePair<string, string>> headers)
    {
        string? id = null, timestamp = null, signature = null;
        var repeated = false;

        foreach (var header in headers)
        {
            if (Named(header.Key, WebhookHeaders.Id)) Take(ref id, header.Value);
            else if (Named(header.Key, WebhookHeaders.Timestamp)) Take(ref timestamp, header.Value);
            else if (Named(header.Key, WebhookHeaders.Signature)) Take(ref signature, header.Value);
        }

        return new SignedHeaders { Id = id, Timestamp = timestamp, Signature = signature, Repeated = repeated };

        void Take(ref string? slot, string? value)
        {
            repeated |= slot is not null;
            slot = value ?? "";
        }
    }

    private static bool Named(string? name, string expected) => string.Equals(name, expected, StringComparison.OrdinalIgnoreCase);
}
