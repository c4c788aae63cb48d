using System.Data.Common;
using Storage;
using Storage.Deliveries;
using Storage.Sql;
using Storage.Tenants;

namespace DeliveryEngine.Receivers;

/// <summary>
/// Tells the lanes of an origin what one of them found out. It does so after the turn's commit, in a transaction that holds nothing else: two
/// engines that tell each other inside their turns would wait for each other. What a crash swallows, the others find out by themselves.
/// </summary>
internal sealed partial class LaneTeller(Database database, DeliveriesOptions options, TimeProvider clock, Bells bells, ILogger<LaneTeller> logger)
{
    public async Task TellAsync(IReadOnlyList<LaneNews> news)
    {
        foreach (var origin in news.GroupBy(n => (n.Teller.TenantId, n.Teller.Origin)))
            await TellAsync(origin.Key.TenantId, origin.Key.Origin, [.. origin]);
    }

    /// <summary>When lanes of these origins last got a good answer, for each receiver that has siblings.</summary>
    public async Task<IReadOnlyDictionary<Id<Receiver>, DateTimeOffset>> LastGoodAsync(IReadOnlyCollection<Hold> holds, CancellationToken stop)
    {
        var good = new Dictionary<Id<Receiver>, DateTimeOffset>();
        foreach (var hold in holds)
        {
            var lanes = await database.ReadAsync(session => LaneStates.ReadAsync(session, hold.Tenant, hold.Origin, stop), stop);
            if (lanes.Max(lane => lane.Health.SucceededAt) is { } at)
                good[hold.Id] = at;
        }
        return good;
    }

    private async Task TellAsync(Id<Tenant> tenant, string origin, List<LaneNews> news)
    {
        try
        {
            await database.WriteAsync(session => WriteAsync(session, tenant, origin, news), CancellationToken.None, durable: false);
            bells.Woken.Add([.. Receiver.LanesOf(tenant, origin)]);
            bells.Deliveries.Ring();
        }
        catch (Exception error) when (error is DbException or InvalidOperationException)
        {
            Log.NotTold(logger, origin, error);
        }
    }

    private async Task<int> WriteAsync(SqlSession session, Id<Tenant> tenant, string origin, List<LaneNews> news)
    {
        var now = clock.GetUtcNow();
        var lanes = await LaneStates.LockAsync(session, tenant, origin, CancellationToken.None);
        var changed = new HashSet<Id<Receiver>>();
        foreach (var one in news)
            for (var i = 0; i < lanes.Count; i++)
                if (lanes[i].Id != one.Teller.Id && one.HeardBy(lanes[i], options.LeaseInUse, now) is var heard && heard != lanes[i])
                {
                    lanes[i] = heard;
                    changed.Add(heard.Id);
                }
        LaneStates.Write(session, lanes.FindAll(lane => changed.Contains(lane.Id)), now);
        return await session.FlushAsync(CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The lanes of {Origin} were not told what one of them found out; they will find out by themselves.")]
        public static partial void NotTold(ILogger logger, string origin, Exception error);
    }
}
