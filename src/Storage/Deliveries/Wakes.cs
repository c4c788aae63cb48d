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

    public void Add(Callback callback) => _receivers[callback.ReceiverId] = callback;

    /// <summary>Rows are touched in the order of ids, as everywhere.</summary>
    public void Write(SqlSession session, DateTimeOffset now)
    {
        session.Write(DeliveryStatements.EnsureReceivers, [.. _receivers.Values.Select(callback => NewReceiver(callback, now))]);
        session.Write(DeliveryStatements.Poke, [.. _receivers.Keys], ("now", now));
    }

    /// <summary>
    /// Wakes within the transaction that makes something due, as its first statements. The rows stay locked until the commit whether or not a
    /// poke was waiting, so no owner can clear it before it can see the work: no crash comes between. For what no sweep would find.
    /// </summary>
    public void Rouse(SqlSession session, DateTimeOffset now)
    {
        session.Write(DeliveryStatements.EnsureReceivers, [.. _receivers.Values.Select(callback => NewReceiver(callback, now))]);
        session.Write(DeliveryStatements.Rouse, [.. _receivers.Keys], ("now", now));
    }

    private static Receiver NewReceiver(Callback callback, DateTimeOffset now) => new()
    {
        Id = callback.ReceiverId, TenantId = callback.TenantId, Origin = Origin.Of(callback.Url), DueAt = now, CreatedAt = now,
    };
}
