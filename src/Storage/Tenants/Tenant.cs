namespace Storage.Tenants;

/// <summary>The owner of keys, jobs, receivers and a signing secret. Nothing crosses tenants.</summary>
internal sealed class Tenant : INamed
{
    public static string Prefix => "tnt_";

    public required Id<Tenant> Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The newest signing secret's bytes, encrypted by <see cref="SecretBox"/>. <see cref="SigningKeyStore"/> has the others.</summary>
    public required byte[] SigningSecret { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
