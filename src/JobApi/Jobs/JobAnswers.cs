using System.Globalization;
using JobApi.Http;
using JobApi.Streams;
using Storage.Jobs;

namespace JobApi.Jobs;

/// <summary>A job's document with the headers that go with it.</summary>
internal sealed class JobAnswers(JobJson json, Links links, Obstacles obstacles, Guidance guidance, TimeProvider clock)
{
    /// <summary>The job as it is now.</summary>
    public async Task<JobAnswer> ShowAsync(Job job, CancellationToken stop, int status = StatusCodes.Status200OK)
    {
        var obstacle = await obstacles.BeforeAsync(job, stop);
        var now = clock.GetUtcNow();
        return new JobAnswer(status, job.Version, guidance.WaitFor(job, now), json.Document(job, now, obstacle)) { Links = guidance.LinksOf(job) };
    }

    /// <summary>The job after what its worker said, without the result that the worker has just sent.</summary>
    public JobAnswer Acknowledge(Job job)
    {
        var now = clock.GetUtcNow();
        return new JobAnswer(StatusCodes.Status200OK, job.Version, guidance.WaitFor(job, now), json.Document(job, now, withResult: false)) { Links = guidance.LinksOf(job) };
    }

    /// <summary>A job that was accepted, now or by the same request before. Whoever wanted to wait for its end is told so when it has ended.</summary>
    public async Task<JobAnswer> AcceptAsync(Job job, bool replayed, LongPoll poll, CancellationToken stop)
    {
        var obstacle = await obstacles.LatelyBeforeAsync(job, stop);
        var now = clock.GetUtcNow();
        var status = poll.IsAsked && job.IsTerminal ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        return new JobAnswer(status, job.Version, guidance.WaitFor(job, now), json.Document(job, now, obstacle))
        {
            Location = links.To($"/jobs/{job.Id}"), Links = guidance.LinksOf(job), Replayed = replayed,
        };
    }

    public async Task<IEnumerable<byte[]>> DocumentsAsync(IReadOnlyList<Job> jobs, CancellationToken stop)
    {
        var obstacleBefore = await obstacles.BeforeAsync(jobs, stop);
        var now = clock.GetUtcNow();
        return jobs.Select(job => json.Document(job, now, obstacleBefore(job)));
    }

    /// <summary>When it is worth asking again; null where nothing will change.</summary>
    public TimeSpan? WaitFor(Job job) => guidance.WaitFor(job, clock.GetUtcNow());
}

/// <summary>One job as an answer; <c>304</c> to a reader who has this version already.</summary>
internal sealed class JobAnswer(int status, int version, TimeSpan? retryAfter, ReadOnlyMemory<byte> document) : IResult
{
    public string? Location { get; init; }

    public string? Links { get; init; }

    public bool Replayed { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.ETag = ETags.Of(version);
        if (retryAfter is { } wait)
            headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (Location is not null)
            headers.Location = Location;
        if (Links is not null)
            headers.Link = Links;
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
