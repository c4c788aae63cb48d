using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Faults.Load;

/// <summary>How one receiver behaves. <c>Answer</c> gets a number from 0 to 1 that was drawn for the request.</summary>
internal sealed record Personality(int Number, string Name, Func<HttpContext, double, Task> Answer)
{
    /// <summary>What one that throttles asks for: more than what is waited all the same.</summary>
    public static readonly TimeSpan AskedToWait = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<Personality> All { get; } =
    [
        new(1, "healthy", AnswerWell),
        new(2, "slow", async (context, luck) =>
        {
            await Pause.ForAsync(TimeSpan.FromMilliseconds(luck * 1000), context.RequestAborted);
            await AnswerWell(context, luck);
        }),
        new(3, "failing", (context, luck) => With(context, luck < 0.4 ? 500 : 204)),
        new(4, "throttling", (context, luck) =>
        {
            if (luck < 0.3)
                context.Response.Headers.RetryAfter = AskedToWait.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return With(context, luck < 0.3 ? 429 : 204);
        }),
        new(5, "hanging", async (context, luck) =>
        {
            if (luck < 0.1)
                await HangAsync(context);
            else
                await AnswerWell(context, luck);
        }),
        new(6, "resetting", (context, luck) =>
        {
            if (luck >= 0.25)
                return AnswerWell(context, luck);
            context.Abort(); // after it has read everything, and before it says a word
            return Task.CompletedTask;
        }),
        new(7, "gone", (context, luck) => With(context, luck < 0.2 ? 410 : 204)),
        new(8, "disabling", (context, luck) => With(context, 200, luck < 0.2 ? "disable" : null)),
        new(9, "aborting", (context, luck) => With(context, 200, luck < 0.2 ? "abort-message" : null)),
        new(10, "down", AnswerWell),
        new(11, "dripping", async (context, luck) =>
        {
            if (luck >= 0.1)
            {
                await AnswerWell(context, luck);
                return;
            }
            context.Response.ContentLength = 100_000;
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync("drip", CancellationToken.None);
                await Pause.ForAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
            }
        }),
        new(12, Receivers.Careful, AnswerWell),
        new(13, "moved", (context, luck) =>
        {
            context.Response.Headers.Location = "/healthy/elsewhere";
            return With(context, luck < 0.3 ? 302 : 204);
        }),
    ];

    /// <summary>Where the administrator is told; no job's callback leads there.</summary>
    public static Personality Operations { get; } = new(14, "operations", (context, luck) => With(context, luck < 0.1 ? 500 : 204));

    /// <summary>Those that end a delivery or a callback: what is not kept must not be parked, or it is kept.</summary>
    public static IReadOnlySet<string> Ending { get; } = new HashSet<string> { "gone", "disabling", "aborting" };

    /// <summary>Those that never have a delivery parked, so an ordered queue of theirs is never held up for good.</summary>
    public static IReadOnlySet<string> Patient { get; } = new HashSet<string> { "healthy", "slow", Receivers.Careful };

    public IPAddress Address { get; } = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.0.1.{Number}"));

    /// <summary>Every third is reached by a name, which takes a resolver.</summary>
    public bool IsNamed => Number % 3 == 0;

    public string HostName => string.Create(CultureInfo.InvariantCulture, $"n-0-1-{Number}.receivers.test");

    public static Task AnswerWell(HttpContext context, double luck) => With(context, 204);

    private static Task With(HttpContext context, int status, string? wish = null)
    {
        context.Response.StatusCode = status;
        if (wish is not null)
            context.Response.Headers["webhook-delivery"] = wish;
        return context.Response.StartAsync();
    }

    private static async Task HangAsync(HttpContext context)
    {
        try
        {
            await Pause.ForAsync(TimeSpan.FromMinutes(10), context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
