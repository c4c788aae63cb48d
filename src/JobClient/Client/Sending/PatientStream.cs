namespace Webhooks.Client.Sending;

/// <summary>
/// An answer's body that may be long in coming, but not silent: a read that brings nothing for so long is a <see cref="SilenceException"/>,
/// which to most is like a lost connection.
/// </summary>
/// <param name="body">What is read.</param>
/// <param name="first">How long the first read may bring nothing.</param>
/// <param name="later">How long the others may.</param>
/// <param name="time">Whose time that is.</param>
internal sealed class PatientStream(Stream body, TimeSpan first, TimeSpan later, TimeProvider time) : Stream
{
    private readonly CancellationTokenSource _silence = new(Timeout.InfiniteTimeSpan, time);
    private TimeSpan _patience = first;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _silence.CancelAfter(_patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, cancellationToken);
        try
        {
            var read = await body.ReadAsync(buffer, either.Token);
            _patience = later;
            return read;
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SilenceException($"Nothing came for {_patience}.", late);
        }
        finally
        {
            _silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            _silence.Dispose();
        }
        base.Dispose(disposing);
    }
}

/// <summary>A body stopped coming, though nobody closed it.</summary>
internal sealed class SilenceException(string message, Exception inner) : IOException(message, inner);
