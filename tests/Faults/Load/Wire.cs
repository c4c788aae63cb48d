using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Faults.Histories;

namespace Faults.Load;

/// <summary>What came back of one request.</summary>
internal sealed record Answer(int? Status, Breakage? Broke, byte[] Body, HttpResponseHeaders? Headers = null)
{
    /// <summary>A request that was refused a connection never left; of any other that broke, and of a fault of the service, nobody knows what it did.</summary>
    public CallResult Result => (Status, Broke) switch
    {
        (null, Breakage.Refused) => CallResult.Fail,
        (null or >= 500, _) => CallResult.Unknown,
        ( >= 200 and <= 299, _) => CallResult.Ok,
        _ => CallResult.Fail,
    };

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>One request, once.</summary>
internal static class Wire
{
    public static HttpRequestMessage Request(HttpMethod method, Uri door, string path, JsonNode? body = null)
    {
        var request = new HttpRequestMessage(method, new Uri(door, path));
        if (body is null)
            return request;
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    /// <param name="client">Says how long an answer may take.</param>
    /// <param name="request">What to send.</param>
    /// <param name="hangUp">The caller goes away, whatever the answer would be.</param>
    public static async Task<Answer> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken hangUp = default)
    {
        try
        {
            using var answer = await client.SendAsync(request, hangUp);
            return new((int)answer.StatusCode, null, await answer.Content.ReadAsByteArrayAsync(hangUp), answer.Headers);
        }
        catch (HttpRequestException error)
        {
            return new(null, error.HttpRequestError == HttpRequestError.ConnectionError ? Breakage.Refused : Breakage.Reset, []);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            return new(null, Breakage.Reset, []);
        }
        catch (OperationCanceledException)
        {
            return new(null, hangUp.IsCancellationRequested ? Breakage.HungUp : Breakage.TookTooLong, []);
        }
    }
}
