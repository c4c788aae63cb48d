namespace Webhooks.Workers.Line;

/// <summary>What came of a call to the service.</summary>
internal abstract record Reply
{
    private Reply() { }

    /// <summary>These jobs are ours now; none where nothing is due.</summary>
    internal sealed record Claimed(IReadOnlyList<Claim> Jobs) : Reply;

    /// <summary>The lease lasts longer.</summary>
    internal sealed record Kept(bool CancelRequested) : Reply;

    /// <summary>Written.</summary>
    internal sealed record Done : Reply;

    /// <summary>The fence is old: somebody else has the job, or it has ended.</summary>
    internal sealed record NotOurs : Reply;

    /// <summary>The service won't take it, however often it is asked.</summary>
    internal sealed record Refused(string Code, string Why) : Reply;

    /// <summary>No answer, or one that may pass: worth another try.</summary>
    internal sealed record Away(string Why, TimeSpan? AskedWait = null) : Reply;
}
