using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Storage.Tenants;

namespace JobApi.Access;

/// <summary>
/// Remembers good keys for a moment, by the hash of their text, so that a busy caller costs one look-up per <see cref="MaxAge"/> and a revoked
/// key stops working everywhere within 5 s. Unknown keys are not remembered: guessing can't fill it.
/// </summary>
internal sealed class KeyCache(TenantStore tenants, TimeProvider clock)
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(3);
    private const int MostKeys = 10_000;

    private readonly ConcurrentDictionary<KeyHash, Entry> _entries = new();

    /// <summary>The key, if it is good now.</summary>
    public async ValueTask<ApiKey?> FindAsync(string text, CancellationToken stop)
    {
        var hash = KeyHash.Of(text);
        if (!_entries.TryGetValue(hash, out var entry) || clock.GetElapsedTime(entry.ReadAt) >= MaxAge)
        {
            var readAt = clock.GetTimestamp();
            if (await tenants.FindKeyAsync(text, stop) is not { } key)
            {
                _entries.TryRemove(hash, out _);
                return null;
            }
            entry = new Entry(key, readAt);
            if (_entries.Count >= MostKeys)
                _entries.Clear();
            _entries[hash] = entry;
        }
        return entry.Key.IsGood(clock.GetUtcNow()) ? entry.Key : null;
    }

    /// <summary>A key was revoked in this process: it needn't wait for its entry to grow old.</summary>
    public void Forget() => _entries.Clear();

    private sealed record Entry(ApiKey Key, long ReadAt);

    private readonly record struct KeyHash(UInt128 High, UInt128 Low)
    {
        public static KeyHash Of(string text)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
            return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
        }
    }
}
