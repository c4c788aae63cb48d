using JobApi.Http;
using Storage.Deliveries;
using Webhooks.Contract;

namespace JobApi.Receivers;

/// <summary>What may be set for a receiver. Nought takes a limit off again.</summary>
internal static class ReceiverRules
{
    private const int MostInFlight = 64;
    private const double LeastRate = 0.01;
    private const double HighestRate = 10_000;

    public static Problem? Fault(PatchReceiver wanted) =>
        wanted.MaxInFlight is < 0 or > MostInFlight ? Problem.Refused($"max_in_flight: must be 1 to {MostInFlight}, or 0 for no limit of its own.")
        : wanted.RatePerSecond is { } rate && rate != 0 && !(rate is >= LeastRate and <= HighestRate)
            ? Problem.Refused("rate_per_second: must be 0.01 to 10000, or 0 for no limit.")
        : wanted.Lanes is < 1 or > Receiver.MostLanes ? Problem.Refused($"lanes: must be 1 to {Receiver.MostLanes}.")
        : null;

    public static ReceiverLimits Apply(PatchReceiver wanted, ReceiverLimits now) => new(
        wanted.MaxInFlight is { } most ? most == 0 ? null : most : now.MaxInFlight,
        wanted.RatePerSecond is { } rate ? rate == 0 ? null : rate : now.RatePerSecond,
        wanted.Lanes is { } lanes ? lanes == 1 ? null : lanes : now.Lanes);
}
