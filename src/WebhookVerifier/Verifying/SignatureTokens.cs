namespace WebhookVerifier;

/// <summary>
/// Where the signatures of one scheme stand in a header. Tokens are separated by spaces; other schemes are skipped, and so is a token
/// of another length. All tokens count towards the limit, or a header could buy work with unknown schemes.
/// </summary>
internal readonly struct SignatureTokens
{
    /// <summary>Signatures in one header, at most: more would let a stranger buy comparisons, and no rotation needs them.</summary>
    internal const int Most = 16;

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

    /// <param name="header">The value of <c>webhook-signature</c>.</param>
    /// <param name="scheme">How a token starts, the comma included. Case matters.</param>
    /// <param name="length">Characters of base64 after it.</param>
    internal static SignatureTokens Find(string header, string scheme, int length)
    {
        var starts = new int[Most];
        var tokens = 0;
        var found = 0;

        for (var start = 0; start < header.Length;)
        {
            var end = header.IndexOf(' ', start);
            if (end < 0) end = header.Length;

            if (end > start)
            {
                if (++tokens > Most) return new SignatureTokens(starts, 0, tooMany: true);
                if (IsCandidate(header, start, end, scheme, length)) starts[found++] = start + scheme.Length;
            }

            start = end + 1;
        }

        return new SignatureTokens(starts, found, tooMany: false);
    }

    private static bool IsCandidate(string header, int start, int end, string scheme, int length) =>
        end - start == scheme.Length + length && string.CompareOrdinal(header, start, scheme, 0, scheme.Length) == 0;
}
