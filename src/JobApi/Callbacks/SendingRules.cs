using System.Globalization;
using JobApi.Http;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Callbacks;

/// <summary>In which order, and how often, a callback's events are sent.</summary>
internal static class SendingRules
{
    private const int MostWaits = 30;
    private const int LongestWait = 7 * 24 * 3600;
    private const int LongestInAll = 30 * 24 * 3600;

    public static Problem? Fault(CreateCallback body, string path) =>
        body.OnParked is not (null or ParkedEffects.Block or ParkedEffects.Skip) ? Problem.Refused($"{path}on_parked: must be block or skip.")
        : body is { OnParked: not null, Ordered: not true } ? Problem.Refused($"{path}on_parked: goes with ordered: true.")
        : body.Schedule is { } waits && !IsSane(waits)
            ? Problem.Refused($"{path}schedule: must be 1 to {MostWaits} waits of 0 to {LongestWait} seconds, {LongestInAll} in all.")
        : null;

    public static Ordering OrderingOf(CreateCallback body) =>
        body.Ordered != true ? Ordering.None : body.OnParked == ParkedEffects.Skip ? Ordering.Skip : Ordering.Block;

    public static string? NameOf(Ordering ordering) => ordering switch
    {
        Ordering.Block => ParkedEffects.Block,
        Ordering.Skip => ParkedEffects.Skip,
        _ => null,
    };

    /// <summary>As a callback's row keeps it.</summary>
    public static string? Stored(IReadOnlyList<int>? waits) => waits is null ? null : string.Join(',', waits);

    public static IReadOnlyList<int>? WaitsOf(string? stored) =>
        stored is null ? null : [.. stored.Split(',').Select(wait => int.Parse(wait, CultureInfo.InvariantCulture))];

    private static bool IsSane(IReadOnlyList<int> waits) =>
        waits.Count is >= 1 and <= MostWaits && waits.All(wait => wait is >= 0 and <= LongestWait) && waits.Sum() <= LongestInAll;
}
