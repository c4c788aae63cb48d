namespace Webhooks.Workers;

/// <summary>
/// How long to leave a service alone that gave no answer n times: <c>0.5 s · 2ⁿ⁻¹</c>, at most 30 s, and up to half of it more, so that workers that lost
/// it together don't return together: 0.5, 1, 2, 4 s… A <c>Retry-After</c> that asks for more gets it.
/// </summary>
internal static class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static TimeSpan After(int failures, TimeSpan? asked)
    {
        var wait = failures > 6 ? Longest : First * Math.Pow(2, failures - 1);
        wait = wait < Longest ? wait : Longest;
        wait += wait / 2 * Random.Shared.NextDouble();
        return asked > wait ? asked.Value : wait;
    }
}
