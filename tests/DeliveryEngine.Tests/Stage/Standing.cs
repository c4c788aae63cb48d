using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Stage;

/// <summary>Rows as an assertion wants to see them.</summary>
internal static class Standing
{
    public static (DeliveryStatus Status, string? Reason) State(this Delivery delivery) => (delivery.Status, delivery.Reason);

    public static (CallbackStatus Status, string? Reason) State(this Callback callback) => (callback.Status, callback.Reason);

    public static (int? StatusCode, string? Error) Result(this Attempt attempt) => (attempt.StatusCode, attempt.Error);
}
