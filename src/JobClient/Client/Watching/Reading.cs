using Webhooks.Contract;

namespace Webhooks.Client.Watching;

/// <summary>What came of one try to read on.</summary>
internal abstract record Reading
{
    private Reading() { }

    /// <summary>Events, in order.</summary>
    internal sealed record News(IReadOnlyList<JobEvent> Events) : Reading;

    /// <summary>Nothing happened; the service may be asked again after the pause.</summary>
    internal sealed record Quiet(TimeSpan Pause) : Reading;

    /// <summary>Nothing will ever follow.</summary>
    internal sealed record Over : Reading;

    /// <summary>The connection or the service broke down; it may come back.</summary>
    internal sealed record Broken(TimeSpan? AskedWait) : Reading;

    /// <summary>This way does not lead there: not served, or held back by something in between.</summary>
    internal sealed record Unfit(TimeSpan? AskedWait) : Reading;
}

/// <summary>One way to read a job's events.</summary>
internal interface IWay : IAsyncDisposable
{
    /// <summary>Reads what follows <paramref name="after"/>.</summary>
    /// <exception cref="JobApiException">The service refuses, and would on every way.</exception>
    Task<Reading> ReadAsync(int after, CancellationToken stop);
}
