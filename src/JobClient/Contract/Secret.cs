using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webhooks.Contract;

/// <summary>
/// Text that must not be seen: a signing secret or an API key. It shows as <c>whsec_***</c>; only <see cref="Reveal"/> and JSON carry the
/// text.
/// </summary>
[JsonConverter(typeof(SecretConverter))]
public sealed class Secret
{
    private readonly string _text;

    /// <param name="text">The secret itself.</param>
    public Secret(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
    }

    /// <summary>The secret itself.</summary>
    public string Reveal() => _text;

    /// <summary>What kind of secret it is, never the secret: <c>whsec_***</c>, <c>whsk_***</c>, <c>whk_***</c> or <c>***</c>.</summary>
    public override string ToString() =>
        _text.StartsWith("whsec_", StringComparison.Ordinal) ? "whsec_***" :
        _text.StartsWith("whsk_", StringComparison.Ordinal) ? "whsk_***" :
        _text.StartsWith("whk_", StringComparison.Ordinal) ? "whk_***" : "***";

    /// <summary>Hides a text.</summary>
    public static implicit operator Secret(string text) => new(text);

    /// <summary>Hides a text; for languages without implicit conversions.</summary>
    public static Secret FromString(string text) => new(text);
}

internal sealed class SecretConverter : JsonConverter<Secret>
{
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? new(reader.GetString()!) : throw new JsonException("A secret is a string.");

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Reveal());
}
