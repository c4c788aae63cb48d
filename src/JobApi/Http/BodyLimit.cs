using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace JobApi.Http;

/// <summary>
/// Answers <c>413</c> to a body of more than a mebibyte, or than the route says, and lets the client send the rest of it. The server alone would close the connection under a
/// client that is still sending, and such a client sees a broken pipe instead of an answer. What is thrown away is bounded in size, and by the server in time (5 s).
/// </summary>
internal sealed class BodyLimit(RequestDelegate next)
{
    public const long Most = 1024 * 1024;

    private const long MostThrownAway = 32 * Most;

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        var isChunked = request.ContentLength is null && request.Headers.TransferEncoding.Count > 0;
        var own = http.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>();
        if ((own is null ? Most : own.MaxRequestBodySize) is not { } most || !isChunked && !(request.ContentLength > most))
            return next(http); // a route without a limit counts by itself
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MostThrownAway;
        if (!isChunked)
            return Problem.OfStatus(StatusCodes.Status413PayloadTooLarge).ExecuteAsync(http);
        request.Body = new Counted(request.Body, most);
        return next(http);
    }

    /// <summary>A body whose length is not known before it is read.</summary>
    private sealed class Counted(Stream body, long most) : Stream
    {
        private long _read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await body.ReadAsync(buffer, cancellationToken);
            _read += count;
            return _read <= most ? count : throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
