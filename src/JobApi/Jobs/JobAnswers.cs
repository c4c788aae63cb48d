using System.Globalization;
using JobApi.Http;
using JobApi.Streams;
using Storage.Jobs;

namespace JobApi.Jobs;

/// <summary>A job's document with the headers that go with it.</summary>
internal sealed class JobAnswers(JobJson json, Links links, Obstacles obstacles, TimeProvider clock)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>The job as it is now.</summary>
    public async Task<JobAnswer> ShowAsync(Job job, CancellationToken stop, int status = StatusCodes.Status200OK)
    {
        var obstacle = await obstacles.BeforeAsync(job, stop);
        var now = clock.GetUtcNow();
        return new JobAnswer(status, job.Version, WaitFor(job, now), json.Document(job, now, obstacle));
    }

    /// <summary>The job after what its worker said, without the result that the worker has just sent.</summary>
    public JobAnswer Acknowledge(Job job)
    {
        var now = clock.GetUtcNow();
        return new JobAnswer(StatusCodes.Status200OK, job.Version, WaitFor(job, now), json.Document(job, now, withResult: false));
    }

    /// <summary>A job that was accepted, now or by the same request before. Whoever wanted to wait for its end is told so when it has ended.</summary>
    public async Task<JobAnswer> AcceptAsync(Job job, bool replayed, LongPoll poll, CancellationToken stop)
    {
        var obstacle = await obstacles.LatelyBeforeAsync(job, stop);
        var now = clock.GetUtcNow();
        var status = poll.IsAsked && job.IsTerminal ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        return new JobAnswer(status, job.Version, WaitFor(job, now), json.Document(job, now, obstacle))
        {
            Location = links.To($"/jobs/{job.Id}"), Replayed = replayed,
        };
    }

    public async Task<IEnumerable<byte[]>> DocumentsAsync(IReadOnlyList<Job> jobs, CancellationToken stop)
    {
        var obstacleBefore = await obstacles.BeforeAsync(jobs, stop);
        var now = clock.GetUtcNow();
        return jobs.Select(job => json.Document(job, now, obstacleBefore(job)));
    }

    /// <summary>
    /// When it is worth asking again; null where nothing will change. One second while work goes on, until its time where it waits,
    /// a minute at most.
    /// </summary>
    public TimeSpan? WaitFor(Job job) => WaitFor(job, clock.GetUtcNow());

    private static TimeSpan? WaitFor(Job job, DateTimeOffset now)
    {
        if (job.IsTerminal)
            return null;
        var wait = job.Status == JobStatus.Pending ? job.DueAt - now : TimeSpan.Zero;
        return wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait > LongestWait ? LongestWait : wait;
    }
}

/// <summary>One job as an answer; <c>304</c> to a reader who has this version already.</summary>
internal sealed class JobAnswer(int status, int version, TimeSpan? retryAfter, ReadOnlyMemory<byte> document) : IResult
{
    public string? Location { get; init; }

    public bool Replayed { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.ETag = ETags.Of(version);
        if (retryAfter is { } wait)
            headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (Location is not null)
            headers.Location = Location;
        if (Replayed)
            headers[IdempotencyKey.ReplayedHeader] = "true";
        if (HttpMethods.IsGet(httpContext.Request.Method) && ETags.IsKnown(httpContext.Request, version))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        return new JsonBytes(document, status).ExecuteAsync(httpContext);
    }
}
