using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace WebhookVerifier.AspNetCore.Tests.Deduplication;

public class Deduplication_in_a_distributed_cache : DeduplicationSuite
{
    public Deduplication_in_a_distributed_cache() => Store = new DistributedCacheDeduplication(
        new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions { Clock = new CacheClock(Clock) })));

    protected override IDeduplication Store { get; }

    private sealed class CacheClock(FakeTimeProvider clock) : ISystemClock
    {
        public DateTimeOffset UtcNow => clock.GetUtcNow();
    }
}
