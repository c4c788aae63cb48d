using System.Security.Cryptography;

namespace WebhookVerifier;

/// <summary>HMAC-SHA256 under one key, over two parts, without joining them: nothing allocated grows with the body.</summary>
internal sealed class KeyedHash(byte[] key)
{
    internal const int Length = 32;

#if NET
    // Setting up a key costs more than hashing a small body. One keyed state waits here for the next caller;
    // callers that come at the same moment make their own.
    private IncrementalHash? idle;

    internal void Compute(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        var hash = Interlocked.Exchange(ref idle, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(head);
        hash.AppendData(body);
        hash.GetHashAndReset(destination);
        if (Interlocked.CompareExchange(ref idle, hash, null) is not null) hash.Dispose();
    }
#else
    internal byte[] Compute(byte[] head, byte[] body)
    {
        using var hash = new HMACSHA256(key);
        hash.TransformBlock(head, 0, head.Length, null, 0);
        hash.TransformBlock(body, 0, body.Length, null, 0);
        hash.TransformFinalBlock([], 0, 0); // the final block is copied, so it is an empty one
        return hash.Hash;
    }
#endif
}
