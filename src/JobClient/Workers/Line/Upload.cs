namespace Webhooks.Workers.Line;

/// <summary>
/// A result on its way as bytes: the handler's own stream, which stays open whoever disposes of this. It tells a fault of that stream, which no repeat
/// mends, from one of the line, and whether it can be sent once more.
/// </summary>
internal sealed class Upload(Stream content, string contentType) : Stream
{
    private readonly long _start = content.CanSeek ? content.Position : 0;
    private bool _isBegun;

    public string ContentType => contentType;

    /// <summary>What the handler's stream threw.</summary>
    public Exception? Fault { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => content.CanSeek;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position { get => content.Position; set => content.Position = value; }

    /// <summary>Back to where it began; false where that is gone.</summary>
    public bool TryRewind()
    {
        if (!_isBegun)
            return true;
        if (!content.CanSeek)
            return false;
        content.Position = _start;
        return true;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _isBegun = true;
        try
        {
            return await content.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Fault = error;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
