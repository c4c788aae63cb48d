using System.Buffers;
using System.Text.Json;
using Storage.Jobs;

namespace Storage.Operations;

/// <summary>The body of an operations event: minified, ids and origins, no secrets and no whole URLs.</summary>
internal static class OperationsJson
{
    /// <summary>How many ids one event names at the most; its count tells of all.</summary>
    public const int MostNamed = 20;

    /// <param name="alike">One or more of the same type, receiver and reason.</param>
    public static byte[] Event(IReadOnlyList<Happening> alike, int seq, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            var first = alike[0];
            json.WriteStartObject();
            json.WriteString("type"u8, first.Type.Name());
            JobJson.WriteTime(json, "timestamp"u8, now);
            json.WriteStartObject("data"u8);
            json.WriteNumber("seq"u8, seq);
            if (first.Reason is not null)
                json.WriteString("reason"u8, first.Reason);
            json.WriteString("receiver_id"u8, first.ReceiverId.ToString());
            json.WriteString("origin"u8, first.Origin);
            JobJson.WriteTime(json, "until"u8, first.Until);
            WriteNamed(json, alike);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteNamed(Utf8JsonWriter json, IReadOnlyList<Happening> alike)
    {
        if (alike[0].CallbackId is null)
            return;
        json.WriteNumber("count"u8, alike.Count);
        json.WriteStartArray(alike[0].DeliveryId is null ? "callbacks"u8 : "deliveries"u8);
        foreach (var happening in alike.Take(MostNamed))
        {
            json.WriteStartObject();
            if (happening.DeliveryId is { } delivery)
            {
                json.WriteString("id"u8, delivery.ToString());
                json.WriteString("callback_id"u8, happening.CallbackId.ToString());
            }
            else
                json.WriteString("id"u8, happening.CallbackId.ToString());
            json.WriteString("job_id"u8, happening.JobId.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
