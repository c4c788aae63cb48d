using System.Diagnostics.CodeAnalysis;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace WebhookVerifier;

/// <summary>
/// A public key of the scheme <c>v1a</c> (Ed25519, RFC 8032): 32 bytes, written <c>whpk_</c> and their base64. Whoever has it can verify and
/// not sign, so it may be shown to anybody. Immutable and safe to share between threads.
/// </summary>
public sealed class Ed25519PublicKey
{
    internal const string Prefix = "whpk_";
    private const int Length = 32;

    private readonly byte[] bytes;

    private Ed25519PublicKey(byte[] bytes, Ed25519.PublicPoint point) => (this.bytes, Point) = (bytes, point);

    /// <summary>The key as a point on the curve, so that it is decoded once and not with each message.</summary>
    internal Ed25519.PublicPoint Point { get; }

    /// <summary>
    /// Reads <c>whpk_</c> and the canonical base64 of 32 bytes. A point of small order is refused: almost anything would verify under it.
    /// </summary>
    /// <param name="text">The key as its sender shows it. No white space, no URL-safe letters, padding kept.</param>
    /// <exception cref="FormatException">The text is anything else. The sentence says why.</exception>
    public static Ed25519PublicKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Fault(text, out var key) is { } fault ? throw new FormatException(fault) : key!;
    }

    /// <summary>As <see cref="Parse"/>, answering <see langword="false"/> where that would throw.</summary>
    /// <param name="text">The key as its sender shows it.</param>
    /// <param name="key">The key, or <see langword="null"/>.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Ed25519PublicKey? key)
    {
        key = null;
        return text is not null && Fault(text, out key) is null;
    }

    /// <summary>The key in full, <c>whpk_…</c>.</summary>
    public override string ToString() => Prefix + Convert.ToBase64String(bytes);

    internal static Ed25519PublicKey OfSeed(byte[] seed)
    {
        var bytes = new byte[Length];
        Ed25519.GeneratePublicKey(seed, 0, bytes, 0);
        return new Ed25519PublicKey(bytes, Ed25519.GeneratePublicKey(seed, 0));
    }

    internal byte[] ToArray() => (byte[])bytes.Clone();

    private static string? Fault(string text, out Ed25519PublicKey? key)
    {
        key = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return Sentence("it does not start with 'whpk_'");
        if (!CanonicalBase64.TryDecode(text.Substring(Prefix.Length), out var bytes)) return Sentence("it is not canonical base64");
        if (bytes.Length != Length) return Sentence($"it has {bytes.Length} bytes");
        if (Ed25519.ValidatePublicKeyFullExport(bytes, 0) is not { } point) return Sentence("it is no point of the curve, or one of small order");

        key = new Ed25519PublicKey(bytes, point);
        return null;
    }

    private static string Sentence(string reason) =>
        $"A public key is 'whpk_' and the base64 of {Length} bytes; this one is refused because {reason}.";
}
