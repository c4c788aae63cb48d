using Faults.Histories;

namespace Faults.Disturbing;

/// <summary>One thing to do: when, what, to which process, for how long.</summary>
internal sealed record PlannedFault(TimeSpan At, Harm Harm, string Target, TimeSpan For)
{
    public override string ToString() => $"{At.TotalSeconds,6:0.0} s  {Harm,-21} {Target,-8} {For.TotalSeconds:0.0} s";
}

/// <summary>What is done to the system during a run: drawn from the seed, so that a run can be had again.</summary>
internal static class FaultPlan
{
    /// <summary>The first fault of each kind comes before any kind comes again, so that even a short run has most of them.</summary>
    public static IReadOnlyList<PlannedFault> Draw(
        int seed, TimeSpan duration, IReadOnlyList<string> processes, bool hasServer, bool canFillDisk, TimeSpan lease)
    {
        var random = new Random(seed);
        var plan = new List<PlannedFault>();
        var bag = new Queue<Harm>();
        for (var at = Seconds(random, 2, 4); at < duration - TimeSpan.FromSeconds(2); at += Seconds(random, 2, 6))
        {
            if (bag.Count == 0)
                bag = new(Kinds(hasServer, canFillDisk).OrderBy(_ => random.Next()));
            var harm = bag.Dequeue();
            var length = Length(random, harm, lease);
            plan.Add(new(at, harm, processes[random.Next(processes.Count)], length));
            at += length;
        }
        return plan;
    }

    private static IEnumerable<Harm> Kinds(bool hasServer, bool canFillDisk)
    {
        Harm[] always = [Harm.Kill, Harm.Kill, Harm.Kill, Harm.Pause, Harm.ClockShift, Harm.SlowNames, Harm.ReceiverDown];
        Harm[] onServer =
            [Harm.DatabaseRestart, Harm.ConnectionsTerminated, Harm.Cut, Harm.Delay, Harm.CommitAnswerLost, Harm.CommitAnswerLost, Harm.RollingRestart];
        return always.Concat(hasServer ? onServer : []).Concat(canFillDisk ? [Harm.DiskFull] : []);
    }

    private static TimeSpan Length(Random random, Harm harm, TimeSpan lease) => harm switch
    {
        Harm.Kill or Harm.ClockShift => Seconds(random, 0, 1.5),
        Harm.Pause => random.Next(2) == 0 ? lease + Seconds(random, 1, 3) : Seconds(random, 0.2, 2),
        Harm.DatabaseRestart or Harm.ConnectionsTerminated or Harm.RollingRestart => TimeSpan.Zero,
        Harm.CommitAnswerLost => Seconds(random, 1, 2),
        Harm.DiskFull => Seconds(random, 3, 9),
        Harm.ReceiverDown or Harm.SlowNames => Seconds(random, 2, 5),
        _ => Seconds(random, 1, 4),
    };

    private static TimeSpan Seconds(Random random, double least, double most) => TimeSpan.FromSeconds(least + random.NextDouble() * (most - least));
}
