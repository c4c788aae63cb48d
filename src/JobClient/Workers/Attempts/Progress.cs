namespace Webhooks.Workers.Attempts;

/// <summary>
/// The newest progress of one attempt. Reports between two heartbeats cost nothing but memory: the first is sent at once, the newest of
/// the others a second later or with the end of the attempt, whichever comes first.
/// </summary>
internal sealed class Progress(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private string? _message;
    private double? _unsent;
    private long? _sentAt;

    public void Report(double percent, string? message)
    {
        lock (_gate)
        {
            _unsent = percent;
            _message = message ?? _message;
        }
    }

    /// <summary>What is to be sent now; null where nothing is new or the last was sent a moment ago.</summary>
    public News? TakeIfDue()
    {
        lock (_gate)
        {
            if (_sentAt is { } last && clock.GetElapsedTime(last) < Pause || Take() is not { } news)
                return null;
            _sentAt = clock.GetTimestamp();
            return news;
        }
    }

    /// <summary>What is not sent yet.</summary>
    public News? Take()
    {
        lock (_gate)
        {
            if (_unsent is not { } percent)
                return null;
            _unsent = null;
            return new(percent, _message);
        }
    }

    /// <summary>It did not arrive: it is news again, unless there is newer.</summary>
    public void PutBack(News? news)
    {
        lock (_gate)
            _unsent ??= news?.Percent;
    }

    /// <param name="Percent">0 to 100.</param>
    /// <param name="Message">The last that the attempt said; null where it said none.</param>
    internal sealed record News(double Percent, string? Message);
}
