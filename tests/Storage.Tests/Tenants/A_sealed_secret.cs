using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Storage.Jobs;
using Storage.Tenants;

namespace Storage.Tests.Tenants;

public sealed class A_sealed_secret
{
    private readonly SecretBox _box = new(new EphemeralDataProtectionProvider());

    [Fact]
    public void Opens_to_what_it_was()
    {
        foreach (var length in new[] { 0, 1, 24, 32, 4096 })
        {
            var secret = RandomNumberGenerator.GetBytes(length);
            Assert.Equal(secret, _box.Open(_box.Seal(secret)));
        }
    }

    [Fact]
    public void Is_another_each_time() => Assert.NotEqual(_box.Seal("secret"u8), _box.Seal("secret"u8));

    [Fact]
    public void Does_not_open_when_a_byte_of_it_was_changed()
    {
        var sealedSecret = _box.Seal("secret"u8);
        for (var i = 0; i < sealedSecret.Length; i++)
        {
            var altered = sealedSecret.ToArray();
            altered[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => _box.Open(altered));
        }
        Assert.ThrowsAny<CryptographicException>(() => _box.Open(sealedSecret[..^1]));
        Assert.ThrowsAny<CryptographicException>(() => _box.Open([]));
    }

    [Fact]
    public void Does_not_open_with_another_key_ring() =>
        Assert.ThrowsAny<CryptographicException>(() => new SecretBox(new EphemeralDataProtectionProvider()).Open(_box.Seal("secret"u8)));

    [Fact]
    public void Keeps_what_is_private_to_a_callback()
    {
        var open = new CallbackPrivate("whsec_AAAA", new Dictionary<string, string> { ["x-tag"] = "1" });

        var again = CallbackPrivate.Open(open.Seal(_box), _box);

        Assert.Equal(("whsec_AAAA", "1"), (again.Secret, again.Headers!["x-tag"]));
        Assert.Null(new CallbackPrivate(null, new Dictionary<string, string>()).Seal(_box));
        Assert.Equal(new CallbackPrivate(null, null), CallbackPrivate.Open(null, _box));
        Assert.DoesNotContain("whsec_", open.ToString(), StringComparison.Ordinal);
    }
}
