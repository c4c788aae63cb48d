using Faults.Disturbing;
using Faults.Histories;

namespace Faults.Tests;

public sealed class A_fault_plan
{
    private static readonly string[] Processes = ["api1", "api2", "engine1", "engine2"];

    [Fact]
    public void is_the_same_for_the_same_seed_and_another_for_another()
    {
        Assert.Equal(Draw(1, hasServer: true), Draw(1, hasServer: true));
        Assert.NotEqual(Draw(1, hasServer: true), Draw(2, hasServer: true));
    }

    [Fact]
    public void has_every_kind_of_harm_before_long()
    {
        Assert.Equal(Enum.GetValues<Harm>().Except([Harm.Failpoint]), Kinds(hasServer: true));
        Assert.Equal(
            [Harm.Kill, Harm.Pause, Harm.DiskFull, Harm.ClockShift, Harm.SlowNames, Harm.ReceiverDown], Kinds(hasServer: false));
    }

    [Fact]
    public void stands_still_for_longer_than_a_lease() =>
        Assert.Contains(Draw(1, hasServer: true), f => f.Harm == Harm.Pause && f.For > TimeSpan.FromSeconds(7));

    private static Harm[] Kinds(bool hasServer) => [.. Draw(3, hasServer).Select(f => f.Harm).Distinct().Order()];

    private static IReadOnlyList<PlannedFault> Draw(int seed, bool hasServer) =>
        FaultPlan.Draw(seed, TimeSpan.FromMinutes(10), Processes, hasServer, canFillDisk: true, TimeSpan.FromSeconds(7));
}
