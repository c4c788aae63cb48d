using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Storage.Jobs;

namespace Storage.Waking;

/// <summary>
/// Tells the other processes what was committed: after the commit, never inside (PostgreSQL lets transactions that notify commit one by one), and
/// never in its way. While one announcement is under way the next gathers.
/// </summary>
internal sealed partial class Crier(Announcer announcer, ILogger<Crier> logger) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Announcement? _next;
    private Task _crying = Task.CompletedTask;
    private bool _isCrying;

    /// <summary>The name of this process in announcements; it needn't hear its own.</summary>
    public string Name { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public void Tell(IEnumerable<JobEvent> events, bool jobsAreDue, bool deliveriesAreDue)
    {
        if (!announcer.Speaks)
            return;
        lock (_gate)
        {
            (_next ??= new()).Add(events, jobsAreDue, deliveriesAreDue);
            if (_isCrying)
                return;
            _isCrying = true;
            _crying = Task.Run(CryAsync);
        }
    }

    /// <summary>Says what is still to be said.</summary>
    public async ValueTask DisposeAsync() => await _crying;

    private async Task CryAsync()
    {
        while (Take() is { } announcement)
            try
            {
                await announcer.SayAsync(announcement.ToText(Name), CancellationToken.None);
            }
            catch (Exception error) when (error is DbException or InvalidOperationException or TimeoutException)
            {
                Log.NotTold(logger, error);
            }
    }

    private Announcement? Take()
    {
        lock (_gate)
        {
            var next = _next;
            _next = null;
            _isCrying = next is not null;
            return next;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Other processes could not be told of a commit; they find it when they next look.")]
        public static partial void NotTold(ILogger logger, Exception error);
    }
}
