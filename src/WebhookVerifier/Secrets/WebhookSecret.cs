using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace WebhookVerifier;

/// <summary>
/// A symmetric signing secret: 24 to 64 bytes, written <c>whsec_</c> and their base64 (Standard Webhooks 1.0.0, "Signature scheme").
/// Immutable and safe to share between threads. <see cref="ToString"/> hides it; only <see cref="Reveal"/> shows it.
/// </summary>
[DebuggerDisplay("whsec_***")]
public sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int Shortest = 24;
    private const int Longest = 64;
    private const int Generated = 32;

    private readonly byte[] key;

    private WebhookSecret(byte[] key)
    {
        this.key = key;
        Hash = new KeyedHash(key);
    }

    internal KeyedHash Hash { get; }

    /// <summary>
    /// Reads <c>whsec_</c> and canonical base64 of 24 to 64 bytes; the base64 alone, as some senders show it, is read too.
    /// </summary>
    /// <param name="text">The secret as its sender shows it. No white space, no URL-safe letters, padding kept.</param>
    /// <exception cref="FormatException">The text is anything else. The sentence says why and never repeats the text.</exception>
    public static WebhookSecret Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Fault(text, out var key) is { } fault ? throw new FormatException(fault) : new WebhookSecret(key);
    }

    /// <summary>As <see cref="Parse"/>, answering <see langword="false"/> where that would throw.</summary>
    /// <param name="text">The secret as its sender shows it.</param>
    /// <param name="secret">The secret, or <see langword="null"/>.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = text is not null && Fault(text, out var key) is null ? new WebhookSecret(key) : null;
        return secret is not null;
    }

    /// <summary>A new secret: 32 bytes from the system's cryptographic random source.</summary>
    public static WebhookSecret Generate()
    {
        var key = new byte[Generated];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(key);
        return new WebhookSecret(key);
    }

    /// <summary>The secret with these bytes, which are copied.</summary>
    /// <param name="key">24 to 64 bytes.</param>
    /// <exception cref="ArgumentException">Fewer or more bytes.</exception>
    public static WebhookSecret FromBytes(byte[] key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return LengthFault(key.Length) is { } fault
            ? throw new ArgumentException(fault, nameof(key))
            : new WebhookSecret((byte[])key.Clone());
    }

#if NET
    /// <inheritdoc cref="FromBytes(byte[])"/>
    public static WebhookSecret FromBytes(ReadOnlySpan<byte> key) => FromBytes(key.ToArray());
#endif

    /// <summary>The secret in full, <c>whsec_…</c>: for the one moment when it is shown or stored. Never log it.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String(key);

    /// <summary>Always <c>whsec_***</c>.</summary>
    public override string ToString() => "whsec_***";

    private static string? Fault(string text, out byte[] key)
    {
        key = [];
        if (text.Length == 0) return Sentence("it is empty");
        if (Ed25519Key.Claims(text)) return Sentence("it is an Ed25519 key, and such a key never authenticates a v1 signature");

        var base64 = text.StartsWith(Prefix, StringComparison.Ordinal) ? text.Substring(Prefix.Length) : text;
        return CanonicalBase64.TryDecode(base64, out key)
            ? LengthFault(key.Length)
            : Sentence("it is not canonical base64 (white space, URL-safe letters, missing padding and loose bits are refused)");
    }

    private static string? LengthFault(int length) =>
        length is < Shortest or > Longest ? Sentence($"it has {length} bytes") : null;

    private static string Sentence(string reason) =>
        $"A webhook secret is 'whsec_' and the base64 of {Shortest} to {Longest} bytes; this one is refused because {reason}.";
}
