using System.Runtime.CompilerServices;

namespace EndToEnd.Streams;

/// <summary>Reads <c>text/event-stream</c>; the number and the type beside the data must be those in it.</summary>
internal static class StreamLines
{
    public static async IAsyncEnumerable<Happened> ReadAsync(TextReader lines, [EnumeratorCancellation] CancellationToken stop)
    {
        var (id, type, data) = ("", "", "");
        while (await lines.ReadLineAsync(stop) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            else if (line.Length == 0 && data.Length > 0)
            {
                var happened = Happened.Of(data);
                if ((id, type) != ($"{happened.Seq}", happened.Type))
                    throw new InvalidDataException($"id {id} and event {type} came with {data}");
                yield return happened;
                data = "";
            }
        }
    }
}
