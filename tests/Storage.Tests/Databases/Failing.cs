namespace Storage.Tests.Databases;

/// <summary>Lets one test's storage fail at a step; other tests, at the same time, hear nothing of it.</summary>
internal static class Failing
{
    private static readonly AsyncLocal<Action<string>?> Mine = new();

    static Failing() => Failpoint.Listener = step => Mine.Value?.Invoke(step);

    /// <summary>Does something once, at the next of these steps. To be called where the step is passed from.</summary>
    public static void Once(string step, Action act)
    {
        var isDone = false;
        Mine.Value = passed =>
        {
            if (isDone || passed != step)
                return;
            isDone = true;
            act();
        };
    }

    /// <summary>
    /// The first <paramref name="times"/> commits are done, and their answers get lost on the way. To be called before the storage is made, so
    /// that what it starts hears of it.
    /// </summary>
    public static Func<int> LoseAnswers(int times)
    {
        var (left, lost) = (0, 0);
        Mine.Value = step =>
        {
            if (step != "committed" || Interlocked.Decrement(ref left) < 0)
                return;
            lost++;
            throw new TimeoutException("The answer to the commit got lost."); // every provider takes it for a passing fault
        };
        return () =>
        {
            left = times;
            return lost;
        };
    }
}
