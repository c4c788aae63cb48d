using System.Buffers;

namespace Egress;

/// <summary>Reads no more of a body than asked for. The rest is never fetched: disposing the answer closes its connection.</summary>
internal static class BoundedBody
{
    private const int FirstBuffer = 4 * 1024;

    /// <summary>Reads one byte past the limit at most, to see whether there is more.</summary>
    public static async ValueTask<(byte[] Body, bool Truncated)> ReadAsync(HttpContent content, int limit, CancellationToken cancel)
    {
        if (content.Headers.ContentLength == 0) return ([], false);
        var stream = content.ReadAsStream(cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBuffer, limit + 1));
        var length = 0;
        try
        {
            while (length <= limit)
            {
                if (length == buffer.Length) buffer = Grow(buffer);
                var read = await stream.ReadAsync(buffer.AsMemory(length, Math.Min(buffer.Length, limit + 1) - length), cancel);
                if (read == 0) break;
                length += read;
            }
            return (buffer.AsSpan(0, Math.Min(length, limit)).ToArray(), length > limit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 4);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
