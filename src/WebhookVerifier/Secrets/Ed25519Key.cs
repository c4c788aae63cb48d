namespace WebhookVerifier;

/// <summary>
/// Keys of the asymmetric scheme <c>v1a</c>: <c>whpk_</c> (public) and <c>whsk_</c> (private). This package verifies <c>v1</c> only.
/// It knows these keys so that none is ever taken for an HMAC key: whoever reads a public key could then sign.
/// </summary>
internal static class Ed25519Key
{
    private const string Public = "whpk_";
    private const string Private = "whsk_";
    private const int PublicLength = 32;

    internal static bool Claims(string text) =>
        text.StartsWith(Public, StringComparison.Ordinal) || text.StartsWith(Private, StringComparison.Ordinal);

    internal static bool IsPublic(string text) =>
        text.StartsWith(Public, StringComparison.Ordinal)
        && CanonicalBase64.TryDecode(text.Substring(Public.Length), out var key)
        && key.Length == PublicLength;
}
