using System.Text.Json;

namespace WebhookVerifier.AspNetCore;

/// <summary>
/// The JSON around an event: <c>{"type", "timestamp", "data"}</c> (Standard Webhooks 1.0.0, "Payload structure"). Other members are
/// ignored,
/// a member that comes twice is not: readers could differ on which one counts.
/// </summary>
internal sealed record Envelope(string Type, DateTimeOffset Timestamp, JsonElement Data)
{
    private const int LongestType = 256;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The envelope, or <see langword="null"/> when the bytes are something else.</summary>
    internal static Envelope? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return Read(JsonElement.Parse(body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body, Strict));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Envelope? Read(JsonElement root) =>
        root.ValueKind is JsonValueKind.Object
        && root.TryGetProperty("type", out var type) && TypeOf(type) is { } name
        && root.TryGetProperty("timestamp", out var timestamp) && TimeOf(timestamp) is { } time
        && root.TryGetProperty("data", out var data)
            ? new Envelope(name, time, data)
            : null;

    private static string? TypeOf(JsonElement type)
    {
        if (type.ValueKind is not JsonValueKind.String) return null;

        var name = type.GetString()!;
        return name.Length is >= 1 and <= LongestType && name.All(c => c is > ' ' and <= '~') ? name : null;
    }

    // The framework takes a time without an offset for local time, and a date for midnight; RFC 3339 knows neither.
    private static DateTimeOffset? TimeOf(JsonElement timestamp)
    {
        if (timestamp.ValueKind is not JsonValueKind.String) return null;

        var text = timestamp.GetString()!;
        var hasOffset = text.EndsWith('Z') || (text.Length > "+00:00".Length && text[^6] is '+' or '-');
        return text.Contains('T') && hasOffset && timestamp.TryGetDateTimeOffset(out var time) ? time : null;
    }
}
