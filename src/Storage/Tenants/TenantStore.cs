using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Storage.Sql;

namespace Storage.Tenants;

/// <summary>Tenants and the keys to them.</summary>
internal sealed class TenantStore(Database database, SecretBox box, TimeProvider clock)
{
    public const string DefaultName = "default";
    private const string BootstrapName = "bootstrap";
    private const int SigningSecretBytes = 32;

    /// <summary>
    /// Makes the default tenant with a fresh signing secret where there is none. Processes that start together agree on its id,
    /// so the second one finds the first one's row.
    /// </summary>
    public async Task<Tenant> EnsureDefaultAsync(CancellationToken stop)
    {
        await using var db = database.CreateContext();
        if (await FindDefaultAsync(db, stop) is { } tenant)
            return tenant;
        tenant = new Tenant
        {
            Id = DefaultId, Name = DefaultName, SigningSecret = box.Seal(RandomNumberGenerator.GetBytes(SigningSecretBytes)),
            CreatedAt = clock.GetUtcNow(),
        };
        db.Tenants.Add(tenant);
        return await SaveOrElseAsync(db, () => FindDefaultAsync(db, stop), stop) ?? tenant;
    }

    /// <summary>UUIDv7 zero-time with a fixed tail: the same on every process.</summary>
    public static Id<Tenant> DefaultId { get; } = new(new Guid("00000000-0000-7000-8000-000000000001"));

    public async Task<Tenant?> FindAsync(Id<Tenant> id, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.Tenants.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, stop);
    }

    /// <summary>Makes a key. The text is answered once and never stored.</summary>
    public async Task<(ApiKey Key, string Text)> MakeKeyAsync(
        Id<Tenant> tenant, string name, Role role, IReadOnlyList<string>? types, DateTimeOffset? expiresAt, CancellationToken stop)
    {
        var text = "whk_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var key = NewKey(tenant, name, role, types, expiresAt, text);
        await using var db = database.CreateContext();
        db.ApiKeys.Add(key);
        await db.SaveChangesAsync(stop);
        return (key, text);
    }

    /// <summary>Makes the configured key valid for administration, and an earlier configured one invalid.</summary>
    public async Task EnsureBootstrapKeyAsync(Id<Tenant> tenant, string text, CancellationToken stop)
    {
        var hash = Hash(text);
        await using var db = database.CreateContext();
        var older = await db.ApiKeys.Where(k => k.TenantId == tenant && k.Name == BootstrapName && k.RevokedAt == null).ToListAsync(stop);
        foreach (var key in older.Where(k => !k.Hash.AsSpan().SequenceEqual(hash)))
            key.RevokedAt = clock.GetUtcNow();
        var known = await db.ApiKeys.SingleOrDefaultAsync(k => k.Hash == hash, stop);
        if (known is null)
            db.ApiKeys.Add(NewKey(tenant, BootstrapName, Role.Admin, null, null, text));
        else
            known.RevokedAt = null;
        await SaveOrElseAsync(db, () => db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Hash == hash, stop), stop);
    }

    public async Task<bool> HasAdminKeyAsync(Id<Tenant> tenant, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        var now = clock.GetUtcNow();
        return await db.ApiKeys.AnyAsync(
            k => k.TenantId == tenant && k.Role == Role.Admin && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now), stop);
    }

    public async Task<ApiKey?> FindKeyAsync(string text, CancellationToken stop)
    {
        var hash = Hash(text);
        await using var db = database.CreateContext();
        return await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Hash == hash, stop);
    }

    public async Task<ApiKey?> FindKeyAsync(Id<Tenant> tenant, Id<ApiKey> id, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.TenantId == tenant && k.Id == id, stop);
    }

    /// <summary>Newest first; <paramref name="before"/> is the last id of the page before.</summary>
    public async Task<List<ApiKey>> ListKeysAsync(Id<Tenant> tenant, Id<ApiKey>? before, int limit, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        var keys = db.ApiKeys.AsNoTracking().Where(k => k.TenantId == tenant);
        if (before is { } cursor)
            keys = keys.Where(k => k.Id.CompareTo(cursor) < 0);
        return await keys.OrderByDescending(k => k.Id).Take(limit).ToListAsync(stop);
    }

    /// <summary>Revokes a key; null where there is none. A key that is revoked already keeps its time.</summary>
    public async Task<ApiKey?> RevokeKeyAsync(Id<Tenant> tenant, Id<ApiKey> id, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        var key = await db.ApiKeys.SingleOrDefaultAsync(k => k.TenantId == tenant && k.Id == id, stop);
        if (key is null)
            return null;
        key.RevokedAt ??= clock.GetUtcNow();
        await db.SaveChangesAsync(stop);
        return key;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private ApiKey NewKey(Id<Tenant> tenant, string name, Role role, IReadOnlyList<string>? types, DateTimeOffset? expiresAt, string text)
    {
        var now = clock.GetUtcNow();
        return new()
        {
            Id = Id<ApiKey>.New(now), TenantId = tenant, Name = name, Role = role, Types = types is null ? null : string.Join(' ', types),
            Hash = Hash(text), CreatedAt = now, ExpiresAt = expiresAt,
        };
    }

    private static Task<Tenant?> FindDefaultAsync(WebhooksDb db, CancellationToken stop) =>
        db.Tenants.AsNoTracking().SingleOrDefaultAsync(t => t.Id == DefaultId, stop);

    /// <summary>Saves; where that fails, asks for the row that another process may have written first.</summary>
    private static async Task<T?> SaveOrElseAsync<T>(WebhooksDb db, Func<Task<T?>> find, CancellationToken stop)
        where T : class
    {
        try
        {
            await db.SaveChangesAsync(stop);
            return null;
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            if (await find() is { } existing)
                return existing;
            throw;
        }
    }
}
