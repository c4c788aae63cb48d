using System.Globalization;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace WebhookVerifier;

/// <summary>
/// The formula, used by both ends: base64 of Ed25519 (RFC 8032, section 5.1) over <c>{id}.{timestamp}.{body}</c>
/// (Standard Webhooks 1.0.0, "Signature scheme"). Callers have checked id and timestamp.
/// </summary>
internal static class Ed25519Signature
{
    /// <summary>How an asymmetric signature starts. Case matters.</summary>
    internal const string Scheme = "v1a,";

    /// <summary>Characters in the base64 of 64 bytes.</summary>
    internal const int Length = 88;

    private const int Bytes = 64;

    /// <summary>What is signed, in one piece: the algorithm reads it twice, so it can't be streamed.</summary>
    internal static byte[] Content(string id, long unixSeconds, Body body)
    {
        var head = id + "." + unixSeconds.ToString(CultureInfo.InvariantCulture) + ".";
        var content = new byte[head.Length + body.Length];
        Encoding.ASCII.GetBytes(head, 0, head.Length, content, 0);
        body.CopyTo(content, head.Length);
        return content;
    }

    internal static string Sign(Ed25519SigningKey key, byte[] content)
    {
        var signature = new byte[Bytes];
        Ed25519.Sign(key.Seed, 0, content, 0, content.Length, signature, 0);
        return Scheme + Convert.ToBase64String(signature);
    }

    /// <summary>False for anything that is not the one canonical spelling of a signature by this key.</summary>
    internal static bool IsBy(Ed25519PublicKey key, byte[] content, string base64) =>
        CanonicalBase64.TryDecode(base64, out var signature) && signature.Length == Bytes
        && Ed25519.Verify(signature, 0, key.Point, content, 0, content.Length);

#if NET
    private static void CopyTo(this ReadOnlySpan<byte> body, byte[] content, int at) => body.CopyTo(content.AsSpan(at));
#endif
}
