using System.Text.Json;
using Webhooks.Contract;

namespace QuickStart;

/// <summary>One event as one line.</summary>
internal static class EventLine
{
    public static string Of(JobEvent happened) => $"{happened.Seq,4}  {happened.Type,-15} {Detail(happened)}".TrimEnd();

    private static string Detail(JobEvent happened) => happened.Type switch
    {
        JobEventTypes.Started => $"attempt {happened.Data.GetProperty("attempt")}",
        JobEventTypes.Progress => $"{happened.Data.GetProperty("progress")} %  {Text(happened, "progress_message")}",
        JobEventTypes.Output => Line(happened.Data.GetProperty("output")),
        _ => "",
    };

    private static string Line(JsonElement output) =>
        $"{output.GetProperty("folder").GetString()}: {output.GetProperty("files")} files, {output.GetProperty("bytes").GetInt64():N0} bytes";

    private static string Text(JobEvent happened, string name) => happened.Data.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
