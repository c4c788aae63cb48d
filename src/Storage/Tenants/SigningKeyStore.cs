using Storage.Sql;

namespace Storage.Tenants;

/// <summary>What came of changing a tenant's signing keys.</summary>
internal abstract record Rotation
{
    private Rotation() { }

    internal sealed record Made(SigningKey Key) : Rotation;

    /// <summary>The key signs no more.</summary>
    internal sealed record Retired(SigningKey Key) : Rotation;

    /// <summary>So many keys sign already that one more would be more than a receiver has to read.</summary>
    internal sealed record TooMany : Rotation;

    /// <summary>Nothing would be left to sign with.</summary>
    internal sealed record StillNeeded : Rotation;

    internal sealed record NoSuchKey : Rotation;
}

/// <summary>
/// The keys that a tenant signs with. <see cref="Tenant.SigningSecret"/> holds the newest shared secret, and the only one until the first
/// rotation: tenants of an older schema, and processes that know no other place, sign with it.
/// </summary>
internal sealed class SigningKeyStore(Database database, TimeProvider clock)
{
    /// <summary>Keys of one tenant that sign at the same time, over both schemes.</summary>
    public const int Most = 10;

    /// <summary>How long an ended key is still listed.</summary>
    private static readonly TimeSpan ListedFor = TimeSpan.FromDays(1);

    /// <summary>The keys of a tenant, newest first, ended ones too; none where there is no such tenant.</summary>
    public Task<List<SigningKey>> ListAsync(Id<Tenant> tenant, CancellationToken stop) =>
        database.ReadAsync(session => ReadAsync(session, SigningKeyStatements.Read, tenant, stop), stop);

    /// <summary>Adds a key; the ones of its scheme that had no end sign along for <paramref name="overlap"/>.</summary>
    public Task<Rotation> RotateAsync(
        Id<Tenant> tenant, SigningScheme scheme, byte[] sealedKey, string? publicKey, TimeSpan overlap, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var made = new SigningKey
        {
            Id = Id<SigningKey>.New(now), TenantId = tenant, Scheme = scheme, Sealed = sealedKey, PublicKey = publicKey, CreatedAt = now,
        };
        return ChangeAsync(tenant, keys =>
        {
            var next = keys.Select(key => key.Scheme == scheme && key.ExpiresAt is null ? EndingAt(key, now + overlap) : key)
                .Append(made).Where(key => key.SignsAt(now)).ToList();
            return next.Count > Most ? (null, new Rotation.TooMany()) : (next, new Rotation.Made(made));
        }, stop);
    }

    /// <summary>Ends a key at once, such as one that leaked. The newest shared secret stays: rotate first.</summary>
    public Task<Rotation> RetireAsync(Id<Tenant> tenant, Id<SigningKey> id, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return ChangeAsync(tenant, keys => keys.Find(key => key.Id == id) switch
        {
            null => (null, new Rotation.NoSuchKey()),
            { Scheme: SigningScheme.V1, ExpiresAt: null } => (null, new Rotation.StillNeeded()),
            var key when !key.SignsAt(now) => (null, new Rotation.Retired(key)),
            var key => (keys.FindAll(other => other.Id != id), new Rotation.Retired(EndingAt(key, now))),
        }, stop);
    }

    /// <summary>Removes keys that ended a while ago, so that their secrets are in no later backup.</summary>
    public Task ForgetEndedAsync(CancellationToken stop) => database.WriteAsync(
        session =>
        {
            session.Write(SigningKeyStatements.ForgetEnded, ("before", clock.GetUtcNow() - ListedFor));
            return Task.FromResult(true);
        },
        stop);

    /// <summary>One change at a time per tenant: its row is locked while its keys are written anew.</summary>
    private Task<Rotation> ChangeAsync(
        Id<Tenant> tenant, Func<List<SigningKey>, (List<SigningKey>? Next, Rotation Result)> change, CancellationToken stop) =>
        database.WriteAsync(
            async session =>
            {
                var keys = await ReadAsync(session, SigningKeyStatements.Lock, tenant, stop);
                var (next, result) = change(keys);
                if (next is null)
                    return result;
                session.Write(SigningKeyStatements.Remove, keys);
                session.Write(SigningKeyStatements.Insert, [.. next.OrderBy(key => key.Id)]);
                session.Write(SigningKeyStatements.SetNewest, next.FindAll(key => key is { Scheme: SigningScheme.V1, ExpiresAt: null }));
                return result;
            },
            stop);

    /// <summary>The tenant first: when a rotation comes between the two reads, its rows then tell all of it.</summary>
    private static async Task<List<SigningKey>> ReadAsync(SqlSession session, PlainStatement ofTenant, Id<Tenant> tenant, CancellationToken stop)
    {
        var original = await session.ReadAsync(ofTenant, row => Original(row, tenant), [("id", tenant.Value)], stop);
        var keys = await session.ReadAsync(SigningKeyStatements.OfTenant, SigningKeyStatements.ReadKey, [("id", tenant.Value)], stop);
        if (!keys.Exists(key => key.Scheme == SigningScheme.V1))
            keys.AddRange(original);
        keys.Sort(static (a, b) => b.Id.CompareTo(a.Id));
        return keys;
    }

    /// <summary>The secret of the tenant's first day, which has a row of its own only once there is a second one.</summary>
    private static SigningKey Original(Row row, Id<Tenant> tenant) => new()
    {
        Id = new(tenant.Value), TenantId = tenant, Scheme = SigningScheme.V1, Sealed = row.Bytes(), CreatedAt = row.Time(),
    };

    private static SigningKey EndingAt(SigningKey key, DateTimeOffset end) => new()
    {
        Id = key.Id, TenantId = key.TenantId, Scheme = key.Scheme, Sealed = key.Sealed, PublicKey = key.PublicKey, CreatedAt = key.CreatedAt,
        ExpiresAt = end,
    };
}
