using System.Buffers;
using System.Text.Json;

namespace JobApi.Http;

/// <summary>Pages put together from documents and events whose bytes are there already.</summary>
internal static class JsonPages
{
    /// <summary><c>{"items":[…],"next_cursor":"…"}</c>; no cursor on the last page.</summary>
    public static JsonBytes List(IEnumerable<byte[]> items, string? nextCursor) => Write(json =>
    {
        WriteArray(json, "items"u8, items);
        if (nextCursor is not null)
            json.WriteString("next_cursor"u8, nextCursor);
    });

    /// <summary><c>{"events":[…],"next_after":n,"terminal":bool}</c>.</summary>
    public static JsonBytes Events(IEnumerable<byte[]> events, int nextAfter, bool terminal) => Write(json =>
    {
        WriteArray(json, "events"u8, events);
        json.WriteNumber("next_after"u8, nextAfter);
        json.WriteBoolean("terminal"u8, terminal);
    });

    private static JsonBytes Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return new JsonBytes(buffer.WrittenMemory);
    }

    private static void WriteArray(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<byte[]> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteRawValue(value, skipInputValidation: true);
        json.WriteEndArray();
    }
}
