using Storage.Jobs;
using Storage.Sql;

namespace Storage.Deliveries;

/// <summary>
/// The receivers that have work since a commit. They are woken after it: inside, the wake could look at a poke that the owner is about to
/// clear, and the owner at a delivery that is not yet there. Where transactions run one by one, neither can happen, and one commit does both.
/// </summary>
internal sealed class Wakes
{
    private readonly SortedDictionary<Id<Receiver>, Callback> _receivers = [];

    public bool Any => _receivers.Count > 0;

    public IReadOnlyCollection<Id<Receiver>> Receivers => _receivers.Keys;

    /// <summary>Wakes the callback's receiver.</summary>
    public void Add(Callback callback) => Add(callback.ReceiverId, callback);

    /// <summary>Wakes one lane of the callback's receiver.</summary>
    public void Add(Id<Receiver> receiver, Callback callback) => _receivers[receiver] = callback;

    /// <summary>
    /// Rows are touched in the order of ids, as everywhere. The poke comes first: it waits for whoever is removing an idle row, and then the row
    /// is seen to be missing and comes back, due; while a row that was poked is not idle and stays.
    /// </summary>
    public void Write(SqlSession session, DateTimeOffset now)
    {
        session.Write(DeliveryStatements.Poke, [.. _receivers.Keys], ("now", now));
        session.Write(DeliveryStatements.EnsureReceivers, [.. _receivers.Select(woken => NewReceiver(woken.Key, woken.Value, now))]);
    }

    /// <summary>
    /// Wakes within the transaction that makes something due, as its first statements. The rows stay locked until the commit whether or not a
    /// poke was waiting, so no owner can clear it before it can see the work: no crash comes between. For what no sweep would find.
    /// </summary>
    public void Rouse(SqlSession session, DateTimeOffset now)
    {
        session.Write(DeliveryStatements.Rouse, [.. _receivers.Keys], ("now", now));
        session.Write(DeliveryStatements.EnsureReceivers, [.. _receivers.Select(woken => NewReceiver(woken.Key, woken.Value, now))]);
    }

    private static Receiver NewReceiver(Id<Receiver> id, Callback callback, DateTimeOffset now)
    {
        var origin = Origin.Of(callback.Url);
        return new()
        {
            Id = id, TenantId = callback.TenantId, Origin = origin, Lane = Receiver.LaneOf(id, callback.TenantId, origin), DueAt = now,
            CreatedAt = now,
        };
    }
}
