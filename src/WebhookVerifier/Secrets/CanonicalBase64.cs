namespace WebhookVerifier;

/// <summary>
/// Base64 (RFC 4648, section 4) in its one canonical spelling. The framework's decoder skips white space and drops
/// loose trailing bits, so that many texts would mean the same key.
/// </summary>
internal static class CanonicalBase64
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    internal static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 4 != 0) return false;

        for (var i = 0; i < text.Length - Padding(text); i++)
            if (Alphabet.IndexOf(text[i]) < 0) return false;

        bytes = Convert.FromBase64String(text);
        return Convert.ToBase64String(bytes) == text;
    }

    private static int Padding(string text)
    {
        if (text.Length < 4 || text[text.Length - 1] != '=') return 0;
        return text[text.Length - 2] == '=' ? 2 : 1;
    }
}
