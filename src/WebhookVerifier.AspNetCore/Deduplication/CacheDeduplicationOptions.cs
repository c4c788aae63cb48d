namespace WebhookVerifier.AspNetCore;

/// <summary>Under which keys, and how long, <see cref="DistributedCacheDeduplication"/> remembers.</summary>
public sealed class CacheDeduplicationOptions : DeduplicationOptions
{
    /// <summary>What every key starts with. Default <c>webhook:</c>. Each sender wants its own.</summary>
    public string KeyPrefix { get; set; } = "webhook:";
}
