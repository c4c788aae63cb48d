using Egress;

namespace DeliveryEngine.Outcomes;

/// <summary>What came of one attempt. <see cref="StatusTable"/> decides what follows from it.</summary>
internal abstract record Outcome
{
    private Outcome() { }

    /// <summary>The beginning of the answer's body as text.</summary>
    public string? Excerpt { get; init; }

    /// <summary>A finer reason than the error's class, out of a fixed set (<c>certificate_expired</c>, <c>while_reading</c>, …).</summary>
    public string? Detail { get; init; }

    /// <summary>What it is called where outcomes are counted.</summary>
    public string Name => this switch
    {
        Accepted => "accepted",
        Refused => "refused",
        Unreached => "unreached",
        Blocked => "blocked",
        OurFault => "own_fault",
        _ => "not_sent",
    };

    /// <summary>Where the time went.</summary>
    public Durations Took { get; init; }

    /// <summary>What the receiver asked for in the header <c>webhook-delivery</c>, on any answer.</summary>
    public Directive Directive { get; init; }

    /// <summary>2xx.</summary>
    internal sealed record Accepted(int Status) : Outcome;

    /// <summary>Any other answer, with what its <c>Retry-After</c> asks for.</summary>
    internal sealed record Refused(int Status, TimeSpan? AskedToWait) : Outcome;

    /// <summary>No answer, or not all of it: the error's class says how far it came. Status and headers count where they had come.</summary>
    internal sealed record Unreached(string Why, int? Status = null, TimeSpan? AskedToWait = null) : Outcome;

    /// <summary>The guard refused the address.</summary>
    internal sealed record Blocked(string Why) : Outcome;

    /// <summary>The receiver isn't to blame; it costs no attempt.</summary>
    internal sealed record OurFault(string Why) : Outcome;

    /// <summary>Nothing was sent, and nothing is recorded.</summary>
    internal sealed record NotSent : Outcome;

    /// <summary>The URL is remembered as gone, so nothing was sent.</summary>
    internal sealed record KnownGone(string Reason) : Outcome;
}

/// <summary>Values of the response header <c>webhook-delivery</c>.</summary>
internal enum Directive
{
    None,

    /// <summary><c>disable</c>: send nothing more to this callback.</summary>
    Disable,

    /// <summary><c>abort-message</c>: don't send this delivery again.</summary>
    Abort,
}
