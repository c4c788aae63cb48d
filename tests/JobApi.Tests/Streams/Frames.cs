using System.Net.Http.Headers;

namespace JobApi.Tests.Streams;

/// <summary>One block of a stream: an event, or a comment.</summary>
internal sealed record Frame(string? Id, string? Event, string? Data, string? Comment = null);

/// <summary>Reads a stream block by block, as it comes. What comes too late fails the test.</summary>
internal sealed class Frames : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private Frames(HttpResponseMessage response, Stream content) => (_response, _lines) = (response, new StreamReader(content));

    public HttpResponseMessage Response => _response;

    public static async Task<Frames> OpenAsync(Service service, string path, string? key = Service.AdminKey, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next block that is more than a <c>retry:</c>; null at the end.</summary>
    public async Task<Frame?> NextAsync()
    {
        var frame = new Frame(null, null, null);
        while (await _lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Length == 0 && frame != new Frame(null, null, null))
                return frame;
            var (field, value) = line.IndexOf(": ", StringComparison.Ordinal) is var colon and >= 0 ? (line[..colon], line[(colon + 2)..]) : (line, "");
            frame = field switch
            {
                "id" => frame with { Id = value },
                "event" => frame with { Event = value },
                "data" => frame with { Data = frame.Data is null ? value : throw new InvalidOperationException("Two lines of data.") },
                "" when line.Length > 0 => frame with { Comment = value },
                _ => frame,
            };
        }
        return null;
    }

    /// <summary>Everything until the end.</summary>
    public async Task<List<Frame>> RestAsync()
    {
        var frames = new List<Frame>();
        while (await NextAsync() is { } frame)
            frames.Add(frame);
        return frames;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
