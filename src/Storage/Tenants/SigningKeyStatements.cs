using Storage.Sql;

namespace Storage.Tenants;

/// <summary>The SQL behind <see cref="SigningKeyStore"/>.</summary>
internal static class SigningKeyStatements
{
    public static readonly PlainStatement Read = new("SELECT j.SigningSecret, j.CreatedAt FROM Tenants AS j WHERE j.Id = @id");

    public static readonly PlainStatement Lock = new(
        "SELECT j.SigningSecret, j.CreatedAt FROM Tenants AS j {lock} WHERE j.Id = @id {for update of j}");

    public static readonly PlainStatement OfTenant = new(
        """
        SELECT k.Id, k.TenantId, k.Scheme, k.Sealed, k.PublicKey, k.CreatedAt, k.ExpiresAt FROM SigningKeys AS k WHERE k.TenantId = @id
        """);

    public static readonly Statement<SigningKey> Remove = new(
        "DELETE FROM SigningKeys WHERE SigningKeys.Id IN (SELECT r.Id FROM {rows} r)", Col.Id<SigningKey, SigningKey>("Id", k => k.Id));

    public static readonly Statement<SigningKey> Insert = new(
        """
        INSERT INTO SigningKeys (Id, TenantId, Scheme, Sealed, PublicKey, CreatedAt, ExpiresAt)
        SELECT r.Id, r.TenantId, r.Scheme, r.Sealed, r.PublicKey, r.CreatedAt, r.ExpiresAt FROM {rows} r
        """,
        Col.Id<SigningKey, SigningKey>("Id", k => k.Id), Col.Id<SigningKey, Tenant>("TenantId", k => k.TenantId),
        Col.Int<SigningKey>("Scheme", k => (int)k.Scheme), Col.Bytes<SigningKey>("Sealed", k => k.Sealed),
        Col.Text<SigningKey>("PublicKey", k => k.PublicKey), Col.Time<SigningKey>("CreatedAt", k => k.CreatedAt),
        Col.Time<SigningKey>("ExpiresAt", k => k.ExpiresAt));

    public static readonly Statement<SigningKey> SetNewest = new(
        "UPDATE Tenants SET SigningSecret = r.Sealed FROM {rows} r WHERE Tenants.Id = r.TenantId",
        Col.Id<SigningKey, Tenant>("TenantId", k => k.TenantId), Col.Bytes<SigningKey>("Sealed", k => k.Sealed));

    public static readonly PlainStatement ForgetEnded = new("DELETE FROM SigningKeys WHERE SigningKeys.ExpiresAt < @before");

    public static SigningKey ReadKey(Row row) => new()
    {
        Id = row.Id<SigningKey>(), TenantId = row.Id<Tenant>(), Scheme = (SigningScheme)row.Int(), Sealed = row.Bytes(),
        PublicKey = row.MaybeText(), CreatedAt = row.Time(), ExpiresAt = row.MaybeTime(),
    };
}
