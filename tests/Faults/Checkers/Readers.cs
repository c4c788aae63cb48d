using Faults.Histories;

namespace Faults.Checkers;

internal static class Readers
{
    public static IEnumerable<string> In(History history)
    {
        var hashes = history.Audit.Events.ToDictionary(e => (e.JobId, e.Seq), e => e.BodyHash);
        var versions = history.Audit.Jobs.ToDictionary(j => j.Id, j => j.Version);
        var through = history.ReadThrough.Select(r => r.Reader).ToHashSet();
        foreach (var reader in history.Seen.GroupBy(s => s.Reader))
        {
            List<Seen> seen = [.. reader];
            var job = seen[0].JobId;
            if (!seen.Select(s => s.Seq).SequenceEqual(Enumerable.Range(1, seen.Count)))
                yield return $"reader {reader.Key} of {job} got {string.Join(' ', seen.Select(s => s.Seq))}";
            else if (seen.Find(s => hashes.GetValueOrDefault((s.JobId, s.Seq)) != s.BodyHash) is { } other)
                yield return $"reader {reader.Key} of {job} got other bytes for event {other.Seq} than are stored";
            else if (through.Contains(reader.Key) && seen.Count != versions.GetValueOrDefault(job))
                yield return $"reader {reader.Key} of {job} came to the end with {seen.Count} of {versions.GetValueOrDefault(job)} events";
            else if (!through.Contains(reader.Key) && history.Terms.DoneAt is not null)
                yield return $"reader {reader.Key} of {job} never came to the end: {seen.Count} of {versions.GetValueOrDefault(job)} events";
        }
    }
}
