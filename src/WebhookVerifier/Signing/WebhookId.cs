namespace WebhookVerifier;

/// <summary>
/// What a <c>webhook-id</c> may be: <c>^[A-Za-z0-9_-]{1,256}$</c>. A full stop would let one signature stand for two messages:
/// <c>id=a.1, timestamp=2, body=x</c> and <c>id=a, timestamp=1, body=2.x</c> have the same signed content.
/// </summary>
internal static class WebhookId
{
    internal const int Longest = 256;

    internal static bool IsValid(string id)
    {
        if (id.Length is 0 or > Longest) return false;

        foreach (var c in id)
            if (c is not ((>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' or '-')) return false;

        return true;
    }
}
