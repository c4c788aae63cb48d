using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webhooks.Contract;

/// <summary>
/// Times as RFC 3339, section 5.6: written in UTC with milliseconds (<c>2030-01-02T03:04:05.678Z</c>), read with any offset.
/// </summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    private const string Written = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <remarks>
    /// The built-in reader takes a time without an offset for local time, so the same request would mean different things on different
    /// machines.
    /// </remarks>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) && NamesItsOffset(reader.GetString()!))
            return time.ToUniversalTime();
        throw new JsonException("A time is written as RFC 3339 says, with its offset: 2030-01-02T03:04:05Z.");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Written, CultureInfo.InvariantCulture));

    private static bool NamesItsOffset(string time) =>
        time.EndsWith('Z') || time.Length > 6 && time[^6] is '+' or '-' && time[^3] == ':';
}
