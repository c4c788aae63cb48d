using JobApi.Access;
using JobApi.Http;
using JobApi.Streams;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Storage;
using Storage.Jobs;

namespace JobApi.Jobs;

/// <summary>What a job has said so far.</summary>
internal static class JobHistory
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    /// <summary>A page of events or a stream of them, as the caller accepts.</summary>
    public static async Task<IResult> Events(
        string id, string? after, string? limit, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, HttpRequest request, Caller caller,
        JobStore jobs, Waiters waiters, LongPoll poll, CancellationToken stop)
    {
        request.HttpContext.Response.Headers.Append("Vary", "Accept");
        var rules = new QueryRules();
        var start = rules.Number("after", after, 0, 0, int.MaxValue);
        var count = rules.Number("limit", limit, DefaultPage, 1, LargestPage);
        var isStream = Negotiation.AsksForStream(request);
        if (isStream && lastEventId is { Length: > 0 })
            start = rules.Number("Last-Event-ID", lastEventId, 0, 0, int.MaxValue); // a reader that comes again has gone on since the address was made
        if (rules.Fault is { } fault)
            return fault;
        if (!Id<Job>.TryParse(id, out var jobId))
            return JobLookUp.NotFound;
        if (isStream)
            return new EventStream(waiters, jobs, caller, jobId, start);
        if (!poll.IsAsked)
            return (await PageAsync(jobId, start, count, caller, jobs, isLast: true, stop))!;
        if (!poll.TryBegin(caller, jobId, out var waiter, out fault))
            return fault;
        using (waiter)
        {
            IResult? page;
            while ((page = await PageAsync(jobId, start, count, caller, jobs, waiter.IsOver, stop)) is null)
                await waiter.UntilAsync(watch => watch.Version > start);
            return page;
        }
    }

    /// <summary>Null where there is nothing to show yet, unless it <paramref name="isLast"/>.</summary>
    private static async Task<IResult?> PageAsync(Id<Job> id, int after, int limit, Caller caller, JobStore jobs, bool isLast, CancellationToken stop)
    {
        // The events first: a job that is terminal afterwards had nothing more to say than its version counts.
        var events = await jobs.EventsAsync(id, after, limit, stop);
        if (await jobs.HeadAsync(caller.Tenant, id, stop) is not { } job)
            return JobLookUp.NotFound;
        var next = events.Count == 0 ? after : events[^1].Seq;
        return events.Count > 0 || job.Ended || isLast ? JsonPages.Events(events.Select(e => e.Body), next, job.Ended && next >= job.Version) : null;
    }
}
