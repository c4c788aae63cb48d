namespace WebhookVerifier;

/// <summary>
/// The three headers of a signed webhook (Standard Webhooks 1.0.0, "Webhook headers"). Compare names without regard to case.
/// </summary>
public static class WebhookHeaders
{
    /// <summary>Names the event. Every attempt to deliver the event carries the same one, so it is the key for deduplication.</summary>
    public const string Id = "webhook-id";

    /// <summary>When this attempt was made, in whole seconds since 1970-01-01T00:00:00Z.</summary>
    public const string Timestamp = "webhook-timestamp";

    /// <summary>One or more signatures, <c>v1,</c> and base64, separated by spaces.</summary>
    public const string Signature = "webhook-signature";
}
