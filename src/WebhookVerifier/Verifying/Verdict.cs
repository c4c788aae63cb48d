namespace WebhookVerifier;

/// <summary>What a <see cref="Verifier"/> found. Everything but <see cref="Ok"/> is a refusal, the zero value included.</summary>
public enum Verdict
{
    /// <summary>
    /// No signature in the header is ours: wrong secret, changed id, time or body, unknown scheme, or not canonical base64.
    /// </summary>
    NoMatch = 0,

    /// <summary>A configured secret signed exactly this id, this time and these bytes, and the time is within the tolerance.</summary>
    Ok = 1,

    /// <summary>One of the three headers is missing or blank.</summary>
    MissingHeader = 2,

    /// <summary>One of the three headers came twice; two readers could each take another one.</summary>
    DuplicateHeader = 3,

    /// <summary>The id is not 1 to 256 of <c>A-Z a-z 0-9 _ -</c>.</summary>
    MalformedId = 4,

    /// <summary>The timestamp is not a canonical decimal number of seconds.</summary>
    MalformedTimestamp = 5,

    /// <summary>The timestamp lies further in the past than the tolerance: late, or replayed by somebody.</summary>
    TimestampTooOld = 6,

    /// <summary>The timestamp lies further in the future than the tolerance: a clock is wrong.</summary>
    TimestampTooNew = 7,

    /// <summary>The header has more than 16 signatures; none was compared.</summary>
    TooManySignatures = 8,
}
