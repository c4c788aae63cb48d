using Storage;
using Storage.Tenants;

namespace DeliveryEngine.Sending;

/// <summary>What one attempt posts: these bytes to this URL, signed for this tenant unless the callback's sealed part has a secret of its own.</summary>
internal sealed record Posting(Id<Tenant> Tenant, string WebhookId, string Url, byte[] Body, byte[]? Private);
