using System.Text.Json;

namespace EndToEnd.Streams;

/// <summary>One event as it came, with the bytes it came as.</summary>
internal sealed record Happened(string Job, int Seq, string Type, string Body)
{
    public bool IsLast => Type is "job.succeeded" or "job.failed" or "job.canceled";

    public static Happened Of(string body)
    {
        using var json = JsonDocument.Parse(body);
        var data = json.RootElement.GetProperty("data");
        return new(data.GetProperty("job_id").GetString()!, data.GetProperty("seq").GetInt32(), json.RootElement.GetProperty("type").GetString()!, body);
    }
}
