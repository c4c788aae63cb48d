namespace WebhookVerifier;

/// <summary>Stable names of verdicts, for logs, metrics and problem documents.</summary>
public static class VerdictCode
{
    /// <summary>The verdict in snake_case: <c>ok</c>, <c>no_match</c>, <c>missing_header</c>, …</summary>
    /// <param name="verdict">A verdict.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the enumeration's values.</exception>
    public static string ToCode(this Verdict verdict) => verdict switch
    {
        Verdict.NoMatch => "no_match",
        Verdict.Ok => "ok",
        Verdict.MissingHeader => "missing_header",
        Verdict.DuplicateHeader => "duplicate_header",
        Verdict.MalformedId => "malformed_id",
        Verdict.MalformedTimestamp => "malformed_timestamp",
        Verdict.TimestampTooOld => "timestamp_too_old",
        Verdict.TimestampTooNew => "timestamp_too_new",
        Verdict.TooManySignatures => "too_many_signatures",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "Not a verdict."),
    };
}
