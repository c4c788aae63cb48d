using Storage.Jobs;
using Storage.Waking;

namespace JobApi.Streams;

/// <summary>
/// A job's events after a number, one after the other: from the database until they are all there, then as they are committed. The watch began before
/// the first read, so nothing falls between; and each read begins after the last number, so nothing comes twice.
/// </summary>
internal sealed class EventFeed(JobWatch watch, JobStore jobs, int after)
{
    private const int Page = 32; // an event may have a mebibyte
    private bool _isLive;

    /// <summary>What comes next; nothing where it is not there yet.</summary>
    public async ValueTask<IReadOnlyList<LoggedEvent>> NextAsync(CancellationToken stop)
    {
        var next = _isLive ? watch.Read(after) : null;
        if (next is null)
        {
            next = await jobs.EventsAsync(watch.Job, after, Page, stop);
            _isLive = next.Count < Page;
        }
        if (next.Count > 0)
            after = next[^1].Seq;
        return next;
    }
}
