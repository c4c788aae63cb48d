using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Storage.Jobs;

namespace Storage.Waking;

/// <summary>
/// What one process tells the others after its commits: which jobs moved and how far, and whether jobs or deliveries became due. As text:
/// <c>sender jd job_…:7 job_…:12!</c>, with <c>!</c> after an end and <c>*</c> where the jobs are too many to name.
/// </summary>
internal sealed class Announcement
{
    // PostgreSQL takes 7,999 bytes. A job is at most 43: its id of 30, ':', ten digits, '!' and a space.
    private const int MostJobs = 180;
    private const char Many = '*';

    private readonly Dictionary<Id<Job>, (int Version, bool Ended)> _moved = [];

    public bool JobsAreDue { get; private set; }

    public bool DeliveriesAreDue { get; private set; }

    /// <summary>Too many jobs moved to be named: any may have.</summary>
    public bool AnyMayHaveMoved { get; private set; }

    public IReadOnlyDictionary<Id<Job>, (int Version, bool Ended)> Moved => _moved;

    public void Add(IEnumerable<JobEvent> events, bool jobsAreDue, bool deliveriesAreDue)
    {
        JobsAreDue |= jobsAreDue;
        DeliveriesAreDue |= deliveriesAreDue;
        foreach (var happened in events)
            Add(happened.JobId, happened.Seq, happened.Type.IsTerminal());
    }

    public string ToText(string sender)
    {
        var text = new StringBuilder(sender).Append(' ');
        if (JobsAreDue)
            text.Append('j');
        if (DeliveriesAreDue)
            text.Append('d');
        if (AnyMayHaveMoved)
            return text.Append(' ').Append(Many).ToString();
        foreach (var (id, (version, ended)) in _moved)
            text.Append(CultureInfo.InvariantCulture, $" {id}:{version}{(ended ? "!" : "")}");
        return text.ToString();
    }

    /// <summary>Reads what <see cref="ToText"/> wrote. A newer version may say more: what can't be read may mean that anything moved.</summary>
    public static Announcement Read(string text, out string sender)
    {
        var words = text.Split(' ');
        sender = words[0];
        var flags = words.Length > 1 ? words[1] : "jd";
        var read = new Announcement
        {
            JobsAreDue = flags.Contains('j', StringComparison.Ordinal), DeliveriesAreDue = flags.Contains('d', StringComparison.Ordinal),
        };
        foreach (var word in words.Skip(2))
            if (TryReadJob(word, out var id, out var version))
                read.Add(id.Value, version, word.EndsWith('!'));
            else
                read.AnyMayHaveMoved = true;
        return read;
    }

    private static bool TryReadJob(string word, [NotNullWhen(true)] out Id<Job>? id, out int version)
    {
        (id, version) = (null, 0);
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !Id<Job>.TryParse(word[..colon], out var job)
            || !int.TryParse(word.AsSpan(colon + 1).TrimEnd('!'), NumberStyles.None, CultureInfo.InvariantCulture, out version))
            return false;
        id = job;
        return true;
    }

    private void Add(Id<Job> id, int version, bool ended)
    {
        if (AnyMayHaveMoved || _moved.TryGetValue(id, out var known) && known.Version >= version)
            return;
        _moved[id] = (version, ended);
        if (_moved.Count <= MostJobs)
            return;
        AnyMayHaveMoved = true;
        _moved.Clear();
    }
}
