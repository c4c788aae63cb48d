namespace WebhookVerifier;

/// <summary>What is asked of id and time before any signature is looked at: the same for every scheme.</summary>
internal static class Envelope
{
    /// <param name="id">Value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">Value of <c>webhook-timestamp</c>.</param>
    /// <param name="signature">Value of <c>webhook-signature</c>.</param>
    /// <param name="unixSeconds">Now.</param>
    /// <param name="tolerance">How far the timestamp may lie from now, in seconds.</param>
    /// <param name="sentAt">The timestamp.</param>
    /// <returns>Why the message is refused whatever its signatures say, or null.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unixSeconds"/> is not a number of seconds.</exception>
    internal static Verdict? Fault(string? id, string? timestamp, string? signature, long unixSeconds, long tolerance, out long sentAt)
    {
        if (!Timestamp.IsValid(unixSeconds))
            throw new ArgumentOutOfRangeException(nameof(unixSeconds), unixSeconds, $"Now is 0 to {Timestamp.Latest} seconds since 1970.");

        sentAt = 0;
        if (IsBlank(id) || IsBlank(timestamp) || IsBlank(signature)) return Verdict.MissingHeader;
        if (!WebhookId.IsValid(id!)) return Verdict.MalformedId;
        if (!Timestamp.TryParse(timestamp!, out sentAt)) return Verdict.MalformedTimestamp;
        if (sentAt < unixSeconds - tolerance) return Verdict.TimestampTooOld;
        if (sentAt > unixSeconds + tolerance) return Verdict.TimestampTooNew;
        return null;
    }

    private static bool IsBlank(string? value)
    {
        foreach (var c in value ?? "")
            if (c is not (' ' or '\t')) return false;
        return true;
    }
}
