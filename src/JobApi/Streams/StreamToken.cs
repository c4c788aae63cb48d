using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using JobApi.Access;
using Microsoft.AspNetCore.DataProtection;
using Storage;
using Storage.Jobs;
using Storage.Tenants;

namespace JobApi.Streams;

/// <summary>
/// What stands for a key in the address of one job's events, for a few minutes: a browser's <c>EventSource</c> can't send headers. It is sealed with the
/// key ring that all processes share, and good only as long as the key that asked for it is.
/// </summary>
internal sealed class StreamToken(IDataProtectionProvider protection, KeyStanding keys, TimeProvider clock)
{
    public const string Parameter = "token";

    private const int IdBytes = 16;
    private const int Bytes = 3 * IdBytes + sizeof(long);
    private const int Longest = 1000;

    private readonly IDataProtector _protector = protection.CreateProtector("Webhooks.StreamUrls");

    public string Make(Caller caller, Id<Job> job, DateTimeOffset expiresAt)
    {
        var content = new byte[Bytes];
        Write(content, 0, caller.Tenant.Value);
        Write(content, 1, caller.Key.Value);
        Write(content, 2, job.Value);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(3 * IdBytes), expiresAt.ToUnixTimeMilliseconds());
        return Base64Url.EncodeToString(_protector.Protect(content));
    }

    /// <summary>Who asked for it; null where it is altered, expired, of another job, or its key is not good any more.</summary>
    public async Task<Caller?> OpenAsync(string token, string? job, CancellationToken stop)
    {
        if (Open(token) is not { } content
            || Read<Job>(content, 2).ToString() != job
            || BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(3 * IdBytes)) <= clock.GetUtcNow().ToUnixTimeMilliseconds())
            return null;
        var key = Read<ApiKey>(content, 1);
        return (await keys.GoodAmongAsync([key], stop)).Contains(key) ? new Caller(Read<Tenant>(content, 0), key, Role.Client) : null;
    }

    private byte[]? Open(string token)
    {
        try
        {
            if (token.Length > Longest || !Base64Url.IsValid(token))
                return null;
            var content = _protector.Unprotect(Base64Url.DecodeFromChars(token));
            return content.Length == Bytes ? content : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static void Write(byte[] content, int place, Guid id) => id.TryWriteBytes(content.AsSpan(place * IdBytes), bigEndian: true, out _);

    private static Id<T> Read<T>(byte[] content, int place)
        where T : INamed => new(new Guid(content.AsSpan(place * IdBytes, IdBytes), bigEndian: true));
}

/// <summary>Marks a route that takes a <see cref="StreamToken"/> instead of a key.</summary>
internal sealed class TakesStreamToken;
