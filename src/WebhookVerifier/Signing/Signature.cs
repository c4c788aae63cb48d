#if NET
using System.Globalization;
using System.Text.Unicode;
#else
using System.Globalization;
using System.Text;
#endif

namespace WebhookVerifier;

/// <summary>
/// The formula, used by both ends: base64 of HMAC-SHA256 over <c>{id}.{timestamp}.{body}</c>
/// (Standard Webhooks 1.0.0, "Signature scheme"). Callers have checked id and timestamp.
/// </summary>
internal static class Signature
{
    /// <summary>How a symmetric signature starts. Case matters.</summary>
    internal const string Scheme = "v1,";

    /// <summary>Characters in the base64 of 32 bytes.</summary>
    internal const int Length = 44;

#if NET
    internal static string Compute(WebhookSecret secret, string id, long unixSeconds, Body body)
    {
        Span<byte> head = stackalloc byte[WebhookId.Longest + 1 + Timestamp.MostDigits + 1];
        Utf8.TryWrite(head, CultureInfo.InvariantCulture, $"{id}.{unixSeconds}.", out var length);

        Span<byte> mac = stackalloc byte[KeyedHash.Length];
        secret.Hash.Compute(head[..length], body, mac);
        return Convert.ToBase64String(mac);
    }
#else
    internal static string Compute(WebhookSecret secret, string id, long unixSeconds, Body body)
    {
        var head = Encoding.ASCII.GetBytes(id + "." + unixSeconds.ToString(CultureInfo.InvariantCulture) + ".");
        return Convert.ToBase64String(secret.Hash.Compute(head, body));
    }
#endif
}
