using Bench.Working;
using Storage;
using Storage.Deliveries;
using Storage.Gates;
using Storage.Sql;
using Storage.Tenants;

namespace Bench.Scaling;

/// <summary>Work that a crew does, of one kind: it can be held back while it is made.</summary>
/// <param name="What">How it is called.</param>
/// <param name="Kind">What the processes of the crew are.</param>
/// <param name="Open">Statements that find one that is not done.</param>
/// <param name="FillAsync">Makes so many.</param>
/// <param name="HoldAsync">From now on nobody begins any.</param>
/// <param name="ReleaseAsync">They may begin.</param>
internal sealed record Load(
    string What, string Kind, IReadOnlyList<PlainStatement> Open, Func<int, Task> FillAsync, Func<Task> HoldAsync, Func<Task> ReleaseAsync)
{
    private const int Receivers = 100;

    public static Load OfDeliveries(IServiceProvider services, LoopbackReceiver receiver)
    {
        var receivers = services.GetRequiredService<ReceiverStore>();
        return new(
            "deliveries", "engine", [AnyOf("Deliveries", 0)],
            count => Deliveries.QueueAsync(services, count, i => Deliveries.At(receiver.Url, i % Receivers)),
            () => EachAsync(id => receivers.PauseAsync(TenantStore.DefaultId, id, CancellationToken.None)),
            () => EachAsync(id => receivers.ResumeAsync(TenantStore.DefaultId, id, CancellationToken.None)));

        Task EachAsync(Func<Id<Receiver>, Task> change) => Measure.InParallelAsync(
            Receivers, 8, n => change(Receiver.IdOf(TenantStore.DefaultId, Origin.Of(Deliveries.At(receiver.Url, n)))));
    }

    public static Load OfJobs(IServiceProvider services)
    {
        var (gates, queue) = (services.GetRequiredService<GateStore>(), new JobQueue(TenantStore.DefaultId, HttpWorker.Type));
        return new(
            "jobs", "worker", [AnyOf("Jobs", 0), AnyOf("Jobs", 1)],
            count => Working.Backlog.FillAsync(services, count, _ => Working.Backlog.Claimable),
            () => gates.PauseAsync(queue, CancellationToken.None),
            () => gates.ResumeAsync(queue, CancellationToken.None));
    }

    /// <summary>Waits until all that was made is done.</summary>
    public async Task DoneAsync(Database database, Crew crew)
    {
        foreach (var any in Open)
            while ((await database.ReadAsync(s => s.ReadAsync(any, row => row.Int(), [], CancellationToken.None), CancellationToken.None)).Count > 0)
            {
                crew.EnsureAtWork();
                await Task.Delay(25);
            }
    }

    private static PlainStatement AnyOf(string table, int status) => new($"SELECT {{top:1}} t.Status FROM {table} AS t WHERE t.Status = {status} {{limit:1}}");
}
