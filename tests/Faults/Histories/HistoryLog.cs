using System.Collections.Concurrent;
using System.Text.Json;

namespace Faults.Histories;

/// <summary>
/// The logs of a run as files of JSON lines that are only ever appended to, so that a history can be read again, by eye or by checkers.
/// </summary>
internal sealed class HistoryLog : IDisposable
{
    private readonly ConcurrentDictionary<Type, Lazy<StreamWriter>> _files = [];
    private readonly string _folder;
    private long _number;

    public HistoryLog(string folder) => _folder = Directory.CreateDirectory(folder).FullName;

    public string Folder => _folder;

    public long NextNumber() => Interlocked.Increment(ref _number);

    public void Append<T>(T entry)
    {
        var file = _files.GetOrAdd(typeof(T), type => new(() => new StreamWriter(FileOf(_folder, type), append: true))).Value;
        var line = JsonSerializer.Serialize(entry);
        lock (file)
            file.WriteLine(line);
    }

    /// <summary>Writes what is still buffered and reads the whole history back.</summary>
    public History Read()
    {
        Dispose();
        return Read(_folder);
    }

    public static History Read(string folder) => new()
    {
        Terms = All<Terms>(folder)[^1],
        Calls = Latest<ClientCall, long>(folder, c => c.Number),
        Requests = Latest<Received, long>(folder, r => r.Number),
        Handled = All<Handled>(folder),
        Disturbances = All<Disturbance>(folder),
        Usages = All<Usage>(folder),
        WorkerCalls = Latest<WorkerCall, long>(folder, c => c.Number),
        Seen = All<Seen>(folder),
        ReadThrough = All<ReadThrough>(folder),
        Results = All<ResultRead>(folder),
        Secrets = Latest<SigningSecret, string>(folder, s => s.Id),
        Exits = All<Exit>(folder),
        Readiness = All<Readiness>(folder),
        Audit = AuditOf(folder),
    };

    /// <summary>What was read of the database so far, where a run has no history of its own to tell.</summary>
    public Audit ReadAudit()
    {
        Dispose();
        return AuditOf(_folder);
    }

    private static Audit AuditOf(string folder) => new()
    {
        Jobs = All<JobRow>(folder), Events = All<EventRow>(folder), Callbacks = All<CallbackRow>(folder), Deliveries = All<DeliveryRow>(folder),
        Attempts = All<AttemptRow>(folder), Replays = All<ReplayRow>(folder),
    };

    public void Dispose()
    {
        foreach (var file in _files.Values)
            file.Value.Dispose();
        _files.Clear();
    }

    private static List<T> All<T>(string folder) => [.. Lines<T>(folder)];

    /// <summary>The last that was said of each, in the order in which each was first spoken of; what came before is not held in memory, since an hour has a lot of it.</summary>
    private static List<T> Latest<T, TKey>(string folder, Func<T, TKey> key)
        where TKey : notnull
    {
        var latest = new Dictionary<TKey, T>();
        foreach (var entry in Lines<T>(folder))
            latest[key(entry)] = entry;
        return [.. latest.Values];
    }

    private static IEnumerable<T> Lines<T>(string folder) => File.Exists(FileOf(folder, typeof(T)))
        ? File.ReadLines(FileOf(folder, typeof(T))).Select(line => JsonSerializer.Deserialize<T>(line)!)
        : [];

    private static string FileOf(string folder, Type type) => Path.Combine(folder, $"{type.Name}.jsonl");
}
