using System.Text.Json;

namespace WebhookVerifier.AspNetCore;

/// <summary>Runs the handler on one event that has been read already.</summary>
internal delegate Task Handling(IServiceProvider services, CancellationToken stop);

/// <summary>Reads a verified body; <see langword="null"/> when it is not the JSON that the handler takes.</summary>
internal delegate Handling? EventReader(string id, ReadOnlyMemory<byte> body);

/// <summary>Ties a handler of a typed event to the endpoint, which knows no types.</summary>
internal static class EventReading
{
    internal static EventReader For<T>(
        Func<WebhookEvent<T>, IServiceProvider, CancellationToken, Task> handler, JsonSerializerOptions json) =>
        (id, body) =>
        {
            if (Envelope.Read(body.Span) is not { } envelope || !TryRead<T>(envelope.Data, json, out var data)) return null;

            var webhook = new WebhookEvent<T>(id, envelope.Type, envelope.Timestamp, data, body);
            return (services, stop) => handler(webhook, services, stop);
        };

    private static bool TryRead<T>(JsonElement element, JsonSerializerOptions json, out T data)
    {
        try
        {
            data = element.Deserialize<T>(json)!;
            return data is not null;
        }
        catch (JsonException)
        {
            data = default!;
            return false;
        }
    }
}
