using WebhookVerifier;

namespace DeliveryEngine.Sending;

/// <summary>What one attempt is signed with, and the callback's own headers.</summary>
/// <param name="Secrets">Shared secrets, for <c>v1</c>.</param>
/// <param name="Keys">Private keys, for <c>v1a</c>.</param>
/// <param name="Headers">The headers that the callback wants on each delivery.</param>
internal sealed record Signing(
    IReadOnlyList<WebhookSecret> Secrets, IReadOnlyList<Ed25519SigningKey> Keys, IReadOnlyDictionary<string, string>? Headers = null)
{
    /// <summary>With a secret or key of the callback's own: <c>whsec_…</c> or <c>whsk_…</c>.</summary>
    public static Signing With(string text) => Ed25519SigningKey.TryParse(text, out var key)
        ? new([], [key])
        : new([WebhookSecret.Parse(text)], []);

    /// <summary>The value of <c>webhook-signature</c>: one signature for each secret, then one for each key.</summary>
    public string Sign(string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        if (Keys.Count == 0)
            return WebhookSigner.Sign(Secrets, id, unixSeconds, body);
        var asymmetric = Ed25519Signer.Sign(Keys, id, unixSeconds, body);
        return Secrets.Count == 0 ? asymmetric : $"{WebhookSigner.Sign(Secrets, id, unixSeconds, body)} {asymmetric}";
    }
}
