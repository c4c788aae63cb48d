using Faults.Histories;

namespace Faults.Checkers;

internal static class Ready
{
    public static IEnumerable<string> In(History history)
    {
        foreach (var cut in history.Readiness)
        {
            if (cut.RedAt is null)
                yield return $"{cut.Process} lost its database at {cut.CutAt:HH:mm:ss.fff} and went on to say that it is ready";
            if (!cut.WasLive)
                yield return $"{cut.Process} lost its database at {cut.CutAt:HH:mm:ss.fff} and was no longer live";
            if (cut.ReadyAt is null)
                yield return $"{cut.Process} had its database again at {cut.MendedAt:HH:mm:ss.fff} and did not become ready";
        }
    }
}
