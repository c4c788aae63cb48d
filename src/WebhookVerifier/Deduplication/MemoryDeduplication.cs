using System.Diagnostics;

namespace WebhookVerifier;

/// <summary>
/// Deduplication in the memory of one process: for one instance of a receiver, whose handling a restart may repeat. Bounded and
/// thread-safe.
/// When full, it forgets lapsed claims first, then the event that was completed longest ago; with nothing but live claims it answers
/// <see cref="ClaimState.InProgress"/>, so that the sender comes again and nothing is lost.
/// </summary>
public sealed class MemoryDeduplication : IDeduplication
{
    private readonly object gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> begun = new();
    private readonly LinkedList<Entry> completed = new();
    private readonly MemoryDeduplicationOptions options;
    private readonly Func<TimeSpan> elapsed;

    /// <summary>A store with the default options, on the machine's monotonic clock.</summary>
    public MemoryDeduplication()
        : this(new MemoryDeduplicationOptions())
    {
    }

    /// <summary>A store on the machine's monotonic clock, which wall clock changes do not move.</summary>
    /// <param name="options">Lease, retention and capacity.</param>
    public MemoryDeduplication(MemoryDeduplicationOptions options)
        : this(options, Monotonic())
    {
    }

    /// <summary>A store on a clock of the caller's.</summary>
    /// <param name="options">Lease, retention and capacity.</param>
    /// <param name="elapsed">Time since any fixed moment. Never goes back.</param>
    public MemoryDeduplication(MemoryDeduplicationOptions options, Func<TimeSpan> elapsed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(elapsed);
        this.options = options;
        this.elapsed = elapsed;
    }

#if NET
    /// <summary>A store on a time provider's monotonic clock.</summary>
    /// <param name="options">Lease, retention and capacity.</param>
    /// <param name="clock">Its timestamps count; its wall clock does not.</param>
    public MemoryDeduplication(MemoryDeduplicationOptions options, TimeProvider clock)
        : this(options, Monotonic(clock))
    {
    }
#endif

    /// <inheritdoc/>
    public Task<WebhookClaim> BeginAsync(string id, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        lock (gate) return Task.FromResult(Begin(id, elapsed()));
    }

    /// <inheritdoc/>
    public Task<bool> CompleteAsync(WebhookClaim claim, CancellationToken stop = default)
    {
        lock (gate) return Task.FromResult(Complete(claim, elapsed()));
    }

    /// <inheritdoc/>
    public Task AbandonAsync(WebhookClaim claim, CancellationToken stop = default)
    {
        lock (gate)
            if (Find(claim) is { Done: false } entry) Forget(entry);

        return Task.CompletedTask;
    }

    private WebhookClaim Begin(string id, TimeSpan now)
    {
        while (completed.First is { } oldest && oldest.Value.Until <= now) Forget(oldest.Value);

        if (entries.TryGetValue(id, out var known))
        {
            if (known.Until > now) return new WebhookClaim(id, known.Done ? ClaimState.Done : ClaimState.InProgress, default);
            Forget(known);
        }

        if (entries.Count >= options.Capacity && !MakeRoom(now)) return new WebhookClaim(id, ClaimState.InProgress, default);

        var entry = new Entry(id, Guid.NewGuid(), now + options.Lease);
        entries.Add(id, entry);
        begun.AddLast(entry.Node);
        return new WebhookClaim(id, ClaimState.New, entry.Token);
    }

    private bool Complete(WebhookClaim claim, TimeSpan now)
    {
        if (Find(claim) is not { } entry) return false;
        if (entry.Done) return true;

        begun.Remove(entry.Node);
        entry.Done = true;
        entry.Until = now + options.Retention;
        completed.AddLast(entry.Node);
        return true;
    }

    private bool MakeRoom(TimeSpan now)
    {
        var leaving = begun.First is { } first && first.Value.Until <= now ? first : completed.First;
        if (leaving is null) return false;

        Forget(leaving.Value);
        return true;
    }

    private Entry? Find(WebhookClaim claim) =>
        claim.Id is not null && entries.TryGetValue(claim.Id, out var entry) && entry.Token == claim.Token ? entry : null;

    private void Forget(Entry entry)
    {
        entries.Remove(entry.Id);
        entry.Node.List!.Remove(entry.Node);
    }

    // The package reads no wall clock: how long ago is all that matters here.
    private static Func<TimeSpan> Monotonic()
    {
        var since = Stopwatch.StartNew();
        return () => since.Elapsed;
    }

#if NET
    private static Func<TimeSpan> Monotonic(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var start = clock.GetTimestamp();
        return () => clock.GetElapsedTime(start);
    }
#endif

    private sealed class Entry
    {
        internal Entry(string id, Guid token, TimeSpan until)
        {
            Id = id;
            Token = token;
            Until = until;
            Node = new LinkedListNode<Entry>(this);
        }

        internal string Id { get; }

        internal Guid Token { get; }

        internal LinkedListNode<Entry> Node { get; }

        internal TimeSpan Until { get; set; }

        internal bool Done { get; set; }
    }
}
