using System.Text;
using JobApi.Streams;
using Storage;
using Storage.Jobs;

namespace JobApi.Tests.Streams;

/// <summary>What the tests of streams do to a job, straight through the log, and how they wait without sleeping.</summary>
internal static class Watching
{
    public const EventSet All = (EventSet)0b1_1111_1111;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Task BeginAsync(this Service service, string id) => service.ChangeAsync(id, (log, job) =>
    {
        JobTransitions.Start(log, job, "worker", TimeSpan.FromMinutes(10));
        return Change.Made;
    });

    public static Task OutputAsync(this Service service, string id, int number, string json = "\"chunk\"") =>
        service.ChangeAsync(id, (log, job) => JobTransitions.Output(log, job, job.Fence, number, Encoding.UTF8.GetBytes(json)));

    public static Task SucceedAsync(this Service service, string id) =>
        service.ChangeAsync(id, (log, job) => JobTransitions.Succeed(log, job, job.Fence, "42"u8.ToArray()));

    /// <summary>Waits until so many requests wait.</summary>
    public static async Task UntilWaitingAsync(this Service service, int count)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (service.Get<Waiters>().Count != count)
            await pause.WaitForNextTickAsync(patience.Token);
    }

    /// <summary>Moves the clock and lets the beat pass, as it does each second.</summary>
    public static Task PassAsync(this Service service, double seconds)
    {
        service.Clock.Advance(TimeSpan.FromSeconds(seconds));
        return service.Get<Waiters>().RunOnceAsync(TestContext.Current.CancellationToken);
    }

    private static async Task ChangeAsync(this Service service, string id, Func<JobLog, Job, Change> change)
    {
        Assert.True(Id<Job>.TryParse(id, out var job));
        Assert.Equal(Change.Made, await service.Get<JobWriter>().ChangeAsync(job, (log, row) => change(log, row!)));
    }
}
