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
        Calls = [.. All<ClientCall>(folder).GroupBy(c => c.Number).Select(entries => entries.Last())],
        Requests = [.. All<Received>(folder).GroupBy(r => r.Number).Select(entries => entries.Last())],
        Handled = All<Handled>(folder),
        Disturbances = All<Disturbance>(folder),
        Usages = All<Usage>(folder),
        Audit = new()
        {
            Jobs = All<JobRow>(folder), Events = All<EventRow>(folder), Callbacks = All<CallbackRow>(folder), Deliveries = All<DeliveryRow>(folder),
            Attempts = All<AttemptRow>(folder),
        },
    };

    public void Dispose()
    {
        foreach (var file in _files.Values)
            file.Value.Dispose();
        _files.Clear();
    }

    private static List<T> All<T>(string folder) => File.Exists(FileOf(folder, typeof(T)))
        ? [.. File.ReadLines(FileOf(folder, typeof(T))).Select(line => JsonSerializer.Deserialize<T>(line)!)]
        : [];

    private static string FileOf(string folder, Type type) => Path.Combine(folder, $"{type.Name}.jsonl");
}
