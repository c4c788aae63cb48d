using System.Net;
using System.Text.Json;
using Webhooks.Client.Sending;
using Webhooks.Contract;

namespace Webhooks.Client.Watching;

/// <summary>
/// Reads page by page: long-polling where <paramref name="prefer"/> asks the service to hold an answer back until there is news, polling where
/// it is null.
/// </summary>
internal sealed class Pages(IJobRoutes routes, string jobId, string? prefer, TimeProvider time) : IWay
{
    public async Task<Reading> ReadAsync(int after, CancellationToken stop)
    {
        var asked = time.GetTimestamp();
        try
        {
            using var answer = await routes.ReadEventsAsync(jobId, after, prefer, Manner.Once, stop);
            if (prefer is not null && answer.StatusCode == HttpStatusCode.TooManyRequests)
                return new Reading.Unfit(answer.Headers.AskedWait(time)); // too many wait; who doesn't is not one of them
            if (answer.MayPass())
                return new Reading.Broken(answer.Headers.AskedWait(time));
            var page = await answer.ReadAsync<EventPage>(time, stop);
            return page.Events.Count > 0 ? new Reading.News(page.Events)
                : page.Terminal ? new Reading.Over()
                : new Reading.Quiet(answer.PauseBeforeAsking(time.GetElapsedTime(asked), time));
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException)
        {
            return new Reading.Broken(null); // what isn't JSON isn't the service's
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
