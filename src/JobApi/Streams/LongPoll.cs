using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using JobApi.Access;
using JobApi.Http;
using Storage;
using Storage.Jobs;

namespace JobApi.Streams;

/// <summary>What a request says about waiting, and the way to begin it.</summary>
internal sealed class LongPoll(HttpContext http, TimeSpan wait)
{
    public bool IsAsked => wait > TimeSpan.Zero;

    public static ValueTask<LongPoll?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<LongPoll?>(new(context, WaitPreference.Read(context.Request) ?? TimeSpan.Zero));

    /// <summary>
    /// Begins to watch a job for the time that the caller prefers to wait. What moved before is to be looked up afterwards, so that nothing falls between.
    /// </summary>
    public bool TryBegin(Caller caller, Id<Job> job, [NotNullWhen(true)] out Waiter? waiter, [NotNullWhen(false)] out Problem? fault)
    {
        if (!http.RequestServices.GetRequiredService<Waiters>().TryEnter(http, caller, job, out waiter, out fault))
            return false;
        waiter.EndAfter(wait);
        http.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={wait.TotalSeconds}");
        return true;
    }
}
