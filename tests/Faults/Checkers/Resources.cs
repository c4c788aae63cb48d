using Faults.Histories;

namespace Faults.Checkers;

internal static class Resources
{
    private const long MostResident = 800L * 1024 * 1024;
    private const int MostHandles = 3000;
    private const int MostThreads = 200;

    public static IEnumerable<string> In(History history)
    {
        foreach (var process in history.Usages.GroupBy(u => u.Process))
        {
            if (process.Max(u => u.ResidentBytes) is var resident and > MostResident)
                yield return $"{process.Key} used {resident / 1024 / 1024} MiB";
            if (process.Max(u => u.Handles) is var handles and > MostHandles)
                yield return $"{process.Key} held {handles} handles";
            if (process.Max(u => u.Threads) is var threads and > MostThreads)
                yield return $"{process.Key} ran {threads} threads";
        }
    }
}
