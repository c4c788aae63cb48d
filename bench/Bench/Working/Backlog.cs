using Storage;
using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;

namespace Bench.Working;

/// <summary>Pending jobs, many in one statement, as if they had been submitted: a million in a minute.</summary>
internal static class Backlog
{
    internal readonly record struct Kind(string Type, int Priority, bool Later = false);

    public static readonly Kind Claimable = new(HttpWorker.Type, 5);

    private const int Page = 2000;

    /// <param name="services">The service's.</param>
    /// <param name="count">How many.</param>
    /// <param name="kind">What the n-th is; one for later is due tomorrow.</param>
    public static async Task FillAsync(IServiceProvider services, int count, Func<int, Kind> kind)
    {
        var (database, json) = (services.GetRequiredService<Database>(), services.GetRequiredService<JobJson>());
        var clock = services.GetRequiredService<TimeProvider>();
        foreach (var page in Enumerable.Range(0, count).Chunk(Page))
        {
            var now = clock.GetUtcNow();
            var jobs = page.Select(n => Pending(kind(n), now)).ToList();
            var events = jobs.ConvertAll(job => new JobEvent
            {
                JobId = job.Id, Seq = 1, Type = JobEventType.Enqueued, CreatedAt = now, Body = json.Event(job, JobEventType.Enqueued, now, null),
            });
            await database.WriteAsync(
                session =>
                {
                    session.Write(JobStatements.Insert, jobs);
                    session.Write(JobStatements.InsertEvents, events);
                    return Task.FromResult(true);
                },
                CancellationToken.None);
        }
    }

    private static Job Pending(Kind kind, DateTimeOffset now) => new()
    {
        Id = Id<Job>.New(now), TenantId = TenantStore.DefaultId, Type = kind.Type, Priority = kind.Priority, MaxAttempts = 3, CreatedAt = now,
        DueAt = kind.Later ? now.AddDays(1) : now, TimeoutSeconds = 600, TtlSeconds = 3600, Input = "null"u8.ToArray(), Version = 1,
    };
}
