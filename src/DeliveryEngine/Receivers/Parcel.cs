using Storage.Deliveries;

namespace DeliveryEngine.Receivers;

/// <summary>One delivery with its attempt row, ready to be sent.</summary>
internal sealed record Parcel(Hold Hold, OwedDelivery Delivery, Letter Letter, int Number, string? KnownGone)
{
    public string WebhookId => $"evt_{Delivery.JobId}_{Delivery.Seq}";
}
