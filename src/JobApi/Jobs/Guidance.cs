using System.Globalization;
using JobApi.Http;
using Storage.Jobs;

namespace JobApi.Jobs;

/// <summary>What a job's answer tells its reader to do next: when to ask again, and where things are.</summary>
internal sealed class Guidance(Durations durations, Links links)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>
    /// When half of the jobs like this one have ended, from 1 s to 60 s; null where nothing will change. Of a type that nobody knows yet, or a job
    /// that takes longer than all before: a quarter of the time that it has run, so 1 s at first, 10 s after 40 s. What waits for its time isn't
    /// worth asking about before.
    /// </summary>
    public TimeSpan? WaitFor(Job job, DateTimeOffset now)
    {
        if (job.IsTerminal)
            return null;
        var waits = job.Status == JobStatus.Pending && job.DueAt > now ? job.DueAt - now : TimeSpan.Zero;
        var age = job.StartedAt is { } started && waits == TimeSpan.Zero ? now - started : TimeSpan.Zero;
        var wait = waits + (durations.MedianLeft(job.TenantId, job.Type, age) ?? age / 4);
        return wait < Shortest ? Shortest : wait > Longest ? Longest : wait;
    }

    /// <summary>
    /// <c>Link</c> (RFC 8288). <c>status</c> is registered (RFC 8631); <c>events</c>, <c>result</c> and <c>cancel</c> (a <c>DELETE</c>) are ours. There
    /// is no result of what failed, and nothing to cancel of what has ended.
    /// </summary>
    public string LinksOf(Job job)
    {
        var status = links.To($"/jobs/{job.Id}");
        var text = string.Create(CultureInfo.InvariantCulture, $"<{status}>; rel=\"status\", <{status}/events>; rel=\"events\"");
        if (!job.IsTerminal || job.Status == JobStatus.Succeeded)
            text += $", <{status}/result>; rel=\"result\"";
        return job.IsTerminal ? text : text + $", <{status}>; rel=\"cancel\"";
    }
}
