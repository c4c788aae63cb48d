using System.Net.Sockets;
using System.Text;

namespace WebhookVerifier.AspNetCore.Tests.Receiving;

/// <summary>Requests that <see cref="HttpClient"/> would not write: byte for byte, on one connection that the server closes.</summary>
internal static class RawHttp
{
    internal static async Task<string> SendAsync(Uri url, string request, CancellationToken stop)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, stop);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), stop);

        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(stop);
    }
}
