using Faults.Histories;

namespace Faults.Checkers;

internal static class Exits
{
    public static IEnumerable<string> In(History history) =>
        from exit in history.Exits
        where exit.Why == Ending.ByItself || exit is { Why: Ending.Told, Code: not 0 }
        select exit.Why == Ending.Told
            ? $"{exit.Process} was told to end and did so with {exit.Code} at {exit.At:HH:mm:ss.fff}"
            : $"{exit.Process} ended by itself with {exit.Code} at {exit.At:HH:mm:ss.fff}";
}
