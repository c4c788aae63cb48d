using System.Collections.Concurrent;
using Storage.Jobs;
using Storage.Tenants;

namespace Storage.Workers;

/// <summary>
/// What this process has heard of workers, in memory; the beat writes what is new of it to the table. A name that is one too many is not
/// noted: claims work without it.
/// </summary>
internal sealed class WorkerBook(TimeProvider clock)
{
    /// <summary>How often one worker is written at the most.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>How long a worker counts as being there after its last word, or after the end of the lease that it holds.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private const int MostWorkers = 10_000;

    private readonly ConcurrentDictionary<(Id<Tenant> Tenant, string Name), Entry> _entries = new();

    /// <summary>A worker asks for jobs, or waits for some.</summary>
    public void Asks(Id<Tenant> tenant, string name, IReadOnlyList<string> types, string? version)
    {
        var text = string.Join(' ', types);
        Note(tenant, name, entry =>
        {
            entry.IsNews |= entry.Types != text || entry.Version != version;
            (entry.Types, entry.Version) = (text, version ?? entry.Version);
            entry.Live(clock.GetUtcNow() + Grace);
        });
    }

    /// <summary>A worker holds a job until its lease ends.</summary>
    public void Holds(Job job) => Note(job, entry => entry.Live(job.DueAt + Grace));

    /// <summary>A worker has ended an attempt.</summary>
    public void Ends(Job job, string worker, bool finished) => Note((job.TenantId, worker), entry =>
    {
        entry.Finished += finished ? 1 : 0;
        entry.Failed += finished ? 0 : 1;
        entry.Live(clock.GetUtcNow() + Grace);
    });

    /// <summary>The types that somebody in this process's sight does for a tenant.</summary>
    public IEnumerable<string> LiveTypes(Id<Tenant> tenant)
    {
        var now = clock.GetUtcNow();
        return _entries.Where(e => (e.Key.Tenant == tenant || e.Key.Tenant == Worker.Everybody) && e.Value.LiveUntil > now)
            .SelectMany(e => (e.Value.Types ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Takes what is to be written: at once what is new, else what has changed since a while, or all of it.</summary>
    public IReadOnlyList<Entry.News> Take(bool all)
    {
        var now = clock.GetUtcNow();
        var news = new List<Entry.News>();
        foreach (var (key, entry) in _entries)
        {
            if (entry.TakeIfDue(key, now, all) is { } taken)
                news.Add(taken);
            else if (entry.LiveUntil + WorkerStore.Remembered < now)
                _entries.TryRemove(key, out _);
        }
        return news;
    }

    private void Note(Job job, Action<Entry> note)
    {
        if (job.Worker is not { } worker)
            return;
        Note((job.TenantId, worker), note);
        // A handler host is busy with this tenant's job, and there for all.
        if (_entries.TryGetValue((Worker.Everybody, worker), out var host))
            host.Note(clock.GetUtcNow(), note);
    }

    private void Note(Id<Tenant> tenant, string name, Action<Entry> note) => Note((tenant, name), note);

    private void Note((Id<Tenant>, string) key, Action<Entry> note)
    {
        var now = clock.GetUtcNow();
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Count >= MostWorkers)
                return;
            entry = _entries.GetOrAdd(key, _ => new(now));
        }
        entry.Note(now, note);
    }

    /// <summary>One worker, as this process knows it.</summary>
    internal sealed class Entry(DateTimeOffset firstSeenAt)
    {
        private readonly Lock _gate = new();
        private DateTimeOffset _lastSeenAt;
        private DateTimeOffset _writtenAt;
        private bool _isChanged;

        public string? Types { get; set; }
        public string? Version { get; set; }
        public long Finished { get; set; }
        public long Failed { get; set; }
        public bool IsNews { get; set; } = true;
        public DateTimeOffset LiveUntil { get; private set; }

        public void Live(DateTimeOffset until) => LiveUntil = until > LiveUntil ? until : LiveUntil;

        public void Note(DateTimeOffset now, Action<Entry> note)
        {
            lock (_gate)
            {
                note(this);
                (_lastSeenAt, _isChanged) = (now, true);
            }
        }

        public News? TakeIfDue((Id<Tenant> Tenant, string Name) key, DateTimeOffset now, bool all)
        {
            lock (_gate)
            {
                if (!_isChanged || !(all || IsNews || now - _writtenAt >= Pause))
                    return null;
                var news = new News(key.Tenant, key.Name, Types, Version, firstSeenAt, _lastSeenAt, LiveUntil, Finished, Failed);
                (Finished, Failed, IsNews, _isChanged, _writtenAt) = (0, 0, false, false, now);
                return news;
            }
        }

        /// <summary>What was not written yet; the counts are what came on top.</summary>
        internal sealed record News(
            Id<Tenant> Tenant, string Name, string? Types, string? Version, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, DateTimeOffset LiveUntil,
            long Finished, long Failed);
    }
}
