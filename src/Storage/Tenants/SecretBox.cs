using Microsoft.AspNetCore.DataProtection;

namespace Storage.Tenants;

/// <summary>
/// Encrypts what must not be readable in the database or a backup. The keys are ASP.NET Core Data Protection's, in a folder outside the
/// database; they rotate by themselves and old ones keep decrypting.
/// </summary>
internal sealed class SecretBox(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Webhooks.Secrets");

    public byte[] Seal(ReadOnlySpan<byte> secret) => _protector.Protect(secret.ToArray());

    /// <exception cref="System.Security.Cryptography.CryptographicException">The key ring does not hold the key, or the bytes were altered.</exception>
    public byte[] Open(byte[] sealedSecret) => _protector.Unprotect(sealedSecret);
}
