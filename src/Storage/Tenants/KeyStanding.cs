using Storage.Sql;

namespace Storage.Tenants;

/// <summary>Whether keys that opened something long ago are still good: not revoked, not expired.</summary>
internal sealed class KeyStanding(Database database, TimeProvider clock)
{
    private static readonly Statement<Id<ApiKey>> Good = new(
        """
        SELECT k.Id FROM {rows} r, ApiKeys AS k
        WHERE k.Id = r.Id AND k.RevokedAt IS NULL AND (k.ExpiresAt IS NULL OR k.ExpiresAt > @now)
        """,
        Col.Id<Id<ApiKey>, ApiKey>("Id", id => id));

    public async Task<HashSet<Id<ApiKey>>> GoodAmongAsync(IReadOnlyList<Id<ApiKey>> keys, CancellationToken stop) =>
        [.. await database.ReadAsync(s => s.ReadAsync(Good, keys, row => row.Id<ApiKey>(), [("now", clock.GetUtcNow())], stop), stop)];
}
