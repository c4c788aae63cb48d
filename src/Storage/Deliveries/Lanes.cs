using Microsoft.EntityFrameworkCore;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Deliveries;

/// <summary>A receiver with lanes has a queue for each. Who asks for what is owed to it by the id of one of them means all.</summary>
internal static class Lanes
{
    private static readonly PlainStatement Find = new(
        "SELECT j.Origin FROM Receivers AS j WHERE j.Id = @id AND j.TenantId = @tenant AND (j.Lane > 0 OR j.Lanes > 0)");

    /// <summary>Lanes that were taken away count too: what was parked in them is still theirs.</summary>
    public static async Task<IReadOnlyList<Id<Receiver>>> OfAsync(SqlSession session, Id<Tenant> tenant, Id<Receiver> id, CancellationToken stop) =>
        Of(tenant, id, (await session.ReadAsync(Find, row => row.Text(), [("id", id.Value), ("tenant", tenant.Value)], stop)).SingleOrDefault());

    public static async Task<IReadOnlyList<Id<Receiver>>> OfAsync(WebhooksDb db, Id<Tenant> tenant, Id<Receiver> id, CancellationToken stop) =>
        Of(tenant, id, await db.Receivers.Where(r => r.Id == id && r.TenantId == tenant && (r.Lane > 0 || r.Lanes > 0)).Select(r => r.Origin)
            .SingleOrDefaultAsync(stop));

    private static Id<Receiver>[] Of(Id<Tenant> tenant, Id<Receiver> id, string? origin) =>
        origin is null ? [id] : [.. Receiver.LanesOf(tenant, origin)];
}
