using Faults.Histories;

namespace Faults.Checkers;

internal static class Deduplicated
{
    public static IEnumerable<string> In(History history) =>
        from times in history.Handled.CountBy(h => h.Id)
        where times.Value > 1
        select $"{times.Key} was handed over {times.Value} times";
}
