namespace JobApi.Handlers;

/// <summary>
/// The newest progress of one attempt. Reports between two writes cost nothing but memory: the first is written at once, the newest of
/// the others with the next turn or with the end of the attempt, whichever comes first.
/// </summary>
internal sealed class Progress(string? message)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private string? _message = message;
    private double? _unwritten;
    private DateTimeOffset _writtenAt = DateTimeOffset.MinValue;

    public void Report(double percent, string? message)
    {
        lock (_gate)
        {
            _unwritten = percent;
            _message = message ?? _message;
        }
    }

    /// <summary>What is to be written now; null where nothing is new or the last write was a moment ago.</summary>
    public News? TakeIfDue(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (now - _writtenAt < Pause || Take() is not { } news)
                return null;
            _writtenAt = now;
            return news;
        }
    }

    /// <summary>What is not written yet.</summary>
    public News? Take()
    {
        lock (_gate)
        {
            if (_unwritten is not { } percent)
                return null;
            _unwritten = null;
            return new(percent, _message);
        }
    }

    internal readonly record struct News(double Percent, string? Message);
}
