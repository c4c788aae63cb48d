namespace WebhookVerifier;

/// <summary>
/// Where the <c>v1</c> signatures stand in a header. Tokens are separated by spaces; other schemes are skipped, and so is a token
/// that cannot be the base64 of 32 bytes. All tokens count towards the limit, or a header could buy work with unknown schemes.
/// </summary>
internal readonly struct SignatureTokens
{
    private readonly int[] starts;

    private SignatureTokens(int[] starts, int count, bool tooMany)
    {
        this.starts = starts;
        Count = count;
        TooMany = tooMany;
    }

    internal int Count { get; }

    internal bool TooMany { get; }

    /// <summary>The index of the first base64 character.</summary>
    internal int this[int index] => starts[index];

    internal static SignatureTokens Find(string header)
    {
        var starts = new int[Signature.Most];
        var tokens = 0;
        var found = 0;

        for (var start = 0; start < header.Length;)
        {
            var end = header.IndexOf(' ', start);
            if (end < 0) end = header.Length;

            if (end > start)
            {
                if (++tokens > Signature.Most) return new SignatureTokens(starts, 0, tooMany: true);
                if (IsCandidate(header, start, end)) starts[found++] = start + Signature.Scheme.Length;
            }

            start = end + 1;
        }

        return new SignatureTokens(starts, found, tooMany: false);
    }

    private static bool IsCandidate(string header, int start, int end) =>
        end - start == Signature.Scheme.Length + Signature.Length
        && string.CompareOrdinal(header, start, Signature.Scheme, 0, Signature.Scheme.Length) == 0;
}
