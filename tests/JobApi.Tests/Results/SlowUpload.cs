using System.Net;
using System.Net.Sockets;
using System.Text;

namespace JobApi.Tests.Results;

/// <summary>An upload that a test sends piece by piece, and may break off.</summary>
internal sealed class SlowUpload : IDisposable
{
    private readonly TcpClient _connection = new();

    private SlowUpload() { }

    /// <summary>Sends the head and the first bytes of a body of two pieces.</summary>
    public static async Task<SlowUpload> BeginAsync(Service service, Worker worker, string first, string second)
    {
        var stop = TestContext.Current.CancellationToken;
        var upload = new SlowUpload();
        await upload._connection.ConnectAsync(IPAddress.Loopback, service.Client.BaseAddress!.Port, stop);
        await upload.SendAsync(
            $"PUT /worker/jobs/{worker.Job}/result HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {Service.AdminKey}\r\n"
            + $"Lease-Fence: {worker.Fence}\r\nContent-Type: text/plain\r\nContent-Length: {first.Length + second.Length}\r\n\r\n{first}");
        return upload;
    }

    public async Task SendAsync(string text) =>
        await _connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Sends the rest, and reads the whole answer.</summary>
    public async Task<string> EndAsync(string second)
    {
        await SendAsync(second);
        using var reader = new StreamReader(_connection.GetStream(), Encoding.ASCII);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _connection.Dispose();
}
