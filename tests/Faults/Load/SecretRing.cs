using Faults.Histories;
using WebhookVerifier;

namespace Faults.Load;

/// <summary>The tenant's secrets as its receivers know them: each verifies what it signed, and for a while what it should sign no more.</summary>
internal sealed class SecretRing(HistoryLog log)
{
    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(1);

    private readonly List<Entry> _entries = [];

    /// <summary>The ones that were not retired, oldest first.</summary>
    public IReadOnlyList<string> Active
    {
        get
        {
            lock (_entries)
                return [.. _entries.Where(e => e.Told.RetireAskedAt is null).Select(e => e.Told.Id)];
        }
    }

    public void Add(string id, string secret, DateTimeOffset askedAt)
    {
        var told = new SigningSecret(id, askedAt, TimeProvider.System.GetUtcNow());
        log.Append(told);
        lock (_entries)
            _entries.Add(new(new Verifier([secret]), told));
    }

    /// <summary>Called before it is asked for, and again when it is known to be done.</summary>
    public void Retire(string id, bool isDone)
    {
        lock (_entries)
        {
            var entry = _entries.Single(e => e.Told.Id == id);
            var now = TimeProvider.System.GetUtcNow();
            entry.Told = entry.Told with { RetireAskedAt = entry.Told.RetireAskedAt ?? now, RetiredAt = isDone ? now : null };
            log.Append(entry.Told);
            _entries.RemoveAll(e => e.Told.RetiredAt < now - RememberedFor);
        }
    }

    /// <summary>The ids of the secrets that a request verifies with.</summary>
    public IReadOnlyList<string> SignersOf(string id, string? timestamp, string? signatures, byte[] body, DateTimeOffset now)
    {
        Entry[] entries;
        lock (_entries)
            entries = [.. _entries];
        return [.. entries.Where(e => e.Verifier.Verify(id, timestamp, signatures, body, now.ToUnixTimeSeconds()) == Verdict.Ok).Select(e => e.Told.Id)];
    }

    private sealed class Entry(Verifier verifier, SigningSecret told)
    {
        public Verifier Verifier => verifier;
        public SigningSecret Told { get; set; } = told;
    }
}
