using System.Net;

namespace WebhookVerifier.AspNetCore.Tests.Receiving;

/// <summary>A body of a known length that sees whether anybody wanted it.</summary>
internal sealed class AnnouncedBody(int length) : HttpContent
{
    internal bool WasSent { get; private set; }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        WasSent = true;
        await stream.WriteAsync(new byte[length]);
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
