using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using JobApi.Access;
using JobApi.Http;
using JobApi.Jobs;
using Microsoft.AspNetCore.Http.Features;
using Storage;
using Storage.Jobs;

namespace JobApi.Streams;

/// <summary>
/// The events of a job as a stream (WHATWG HTML, section 9.2): <c>id</c> is the event's number, <c>event</c> its type, <c>data</c> its stored bytes,
/// which are one line. It ends after the terminal event.
/// </summary>
internal sealed class EventStream(Waiters waiters, JobStore jobs, Caller caller, Id<Job> job, int after) : IResult
{
    private const int LargestBatch = 32 * 1024;
    private static readonly byte[][] Names = [.. EventNames.All.Select(Encoding.ASCII.GetBytes)];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (!waiters.TryEnter(httpContext, caller, job, out var waiter, out var fault))
        {
            await fault.ExecuteAsync(httpContext);
            return;
        }
        using (waiter)
        {
            var head = await jobs.HeadAsync(caller.Tenant, job, httpContext.RequestAborted);
            if (head is null)
                await JobLookUp.NotFound.ExecuteAsync(httpContext);
            else if (head.Ended && head.Version <= after)
                httpContext.Response.StatusCode = StatusCodes.Status204NoContent; // an EventSource doesn't come back after this
            else
                await SendAsync(httpContext, waiter);
        }
    }

    private async Task SendAsync(HttpContext http, Waiter waiter)
    {
        Begin(http);
        var feed = new EventFeed(waiter.Watch, jobs, after);
        var writer = http.Response.BodyWriter;
        writer.Write("retry: 1000\n\n"u8);
        await waiter.FlushAsync();
        while (!waiter.IsOver)
        {
            var next = await feed.NextAsync(http.RequestAborted);
            if (next.Count > 0)
            {
                await WriteAsync(next, writer, waiter);
                if (next[^1].Type.IsTerminal())
                    return;
                continue;
            }
            if (waiter.TakePing())
            {
                writer.Write(": ping\n\n"u8);
                await waiter.FlushAsync();
            }
            await waiter.Watch.WaitAsync();
        }
    }

    private static void Begin(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentType = Negotiation.EventStream;
        headers.CacheControl = "no-store, no-transform"; // nor compressed, which would hold back what is small
        headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private static async Task WriteAsync(IReadOnlyList<LoggedEvent> events, PipeWriter writer, Waiter waiter)
    {
        var unsent = 0;
        foreach (var happened in events)
        {
            Write(writer, happened);
            waiter.Sent = happened.Seq;
            unsent += happened.Body.Length;
            if (unsent < LargestBatch)
                continue;
            await waiter.FlushAsync();
            unsent = 0;
        }
        await waiter.FlushAsync();
    }

    private static void Write(PipeWriter writer, LoggedEvent happened)
    {
        Span<byte> seq = stackalloc byte[11];
        happened.Seq.TryFormat(seq, out var digits, default, CultureInfo.InvariantCulture);
        writer.Write("id: "u8);
        writer.Write(seq[..digits]);
        writer.Write("\nevent: "u8);
        writer.Write(Names[(int)happened.Type]);
        writer.Write("\ndata: "u8);
        writer.Write(happened.Body);
        writer.Write("\n\n"u8);
    }
}
