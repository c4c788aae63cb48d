using Storage.Sql;

namespace Storage.Deliveries;

/// <summary>Removes rows of deliveries whose own rows are locked.</summary>
internal static class DeliveryRemovals
{
    private static readonly Statement<Id<Delivery>> DeleteAttempts = Of("DELETE FROM Attempts WHERE Attempts.DeliveryId IN (SELECT r.Id FROM {rows} r)");

    private static readonly Statement<Id<Delivery>> DeleteDeliveries = Of("DELETE FROM Deliveries WHERE Deliveries.Id IN (SELECT r.Id FROM {rows} r)");

    public static void Remove(SqlSession session, IReadOnlyList<Id<Delivery>> deliveries)
    {
        RemoveAttempts(session, deliveries);
        session.Write(DeleteDeliveries, deliveries);
    }

    public static void RemoveAttempts(SqlSession session, IReadOnlyList<Id<Delivery>> deliveries) => session.Write(DeleteAttempts, deliveries);

    private static Statement<Id<Delivery>> Of(string sql) => new(sql, Col.Id<Id<Delivery>, Delivery>("Id", id => id));
}
