using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace WebhookVerifier;

/// <summary>
/// A private key of the scheme <c>v1a</c> (Ed25519, RFC 8032), written <c>whsk_</c> and the base64 of 64 bytes: the seed and the public key.
/// Immutable and safe to share between threads. <see cref="ToString"/> hides it; only <see cref="Reveal"/> shows it.
/// </summary>
[DebuggerDisplay("whsk_***")]
public sealed class Ed25519SigningKey
{
    private const string Prefix = "whsk_";
    private const int SeedLength = 32;
    private const int Length = 64;

    private Ed25519SigningKey(byte[] seed, Ed25519PublicKey publicKey) => (Seed, PublicKey) = (seed, publicKey);

    /// <summary>What verifies the signatures of this key.</summary>
    public Ed25519PublicKey PublicKey { get; }

    internal byte[] Seed { get; }

    /// <summary>Reads <c>whsk_</c> and the canonical base64 of 64 bytes, of which the second half is the public key of the first.</summary>
    /// <param name="text">The key in full. No white space, no URL-safe letters, padding kept.</param>
    /// <exception cref="FormatException">The text is anything else. The sentence says why and never repeats the text.</exception>
    public static Ed25519SigningKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Fault(text, out var key) is { } fault ? throw new FormatException(fault) : key!;
    }

    /// <summary>As <see cref="Parse"/>, answering <see langword="false"/> where that would throw.</summary>
    /// <param name="text">The key in full.</param>
    /// <param name="key">The key, or <see langword="null"/>.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Ed25519SigningKey? key)
    {
        key = null;
        return text is not null && Fault(text, out key) is null;
    }

    /// <summary>A new key from the system's cryptographic random source.</summary>
    public static Ed25519SigningKey Generate()
    {
        var seed = new byte[SeedLength];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(seed);
        return new Ed25519SigningKey(seed, Ed25519PublicKey.OfSeed(seed));
    }

    /// <summary>The key of this seed (RFC 8032, section 5.1.5: the private key), which is copied.</summary>
    /// <param name="seed">32 bytes from a cryptographic random source.</param>
    /// <exception cref="ArgumentException">Fewer or more bytes.</exception>
    public static Ed25519SigningKey FromSeed(byte[] seed)
    {
        ArgumentNullException.ThrowIfNull(seed);
        if (seed.Length != SeedLength) throw new ArgumentException($"A seed has {SeedLength} bytes, not {seed.Length}.", nameof(seed));
        return new Ed25519SigningKey((byte[])seed.Clone(), Ed25519PublicKey.OfSeed(seed));
    }

    /// <summary>The key in full, <c>whsk_…</c>: for the one moment when it is shown or stored. Never log it.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String([.. Seed, .. PublicKey.ToArray()]);

    /// <summary>Always <c>whsk_***</c>.</summary>
    public override string ToString() => "whsk_***";

    private static string? Fault(string text, out Ed25519SigningKey? key)
    {
        key = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return Sentence("it does not start with 'whsk_'");
        if (!CanonicalBase64.TryDecode(text.Substring(Prefix.Length), out var bytes)) return Sentence("it is not canonical base64");
        if (bytes.Length != Length) return Sentence($"it has {bytes.Length} bytes");

        var seed = bytes.Take(SeedLength).ToArray();
        var publicKey = Ed25519PublicKey.OfSeed(seed);
        if (!publicKey.ToArray().SequenceEqual(bytes.Skip(SeedLength))) return Sentence("its two halves do not belong together");

        key = new Ed25519SigningKey(seed, publicKey);
        return null;
    }

    private static string Sentence(string reason) =>
        $"A signing key is 'whsk_' and the base64 of {Length} bytes, the seed and its public key; this one is refused because {reason}.";
}
