using System.Globalization;
using Faults.Checkers;
using Faults.Histories;

namespace Faults;

/// <summary>What a run came to, for people: figures, then what each checker found.</summary>
internal static class Report
{
    private const int MostShown = 10;

    /// <summary>Writes the report; answers how many violations there are.</summary>
    public static int Write(History history, TextWriter output)
    {
        var audit = history.Audit;
        var calls = history.Calls;
        Line($"{history.Terms.Database}, seed {history.Terms.Seed}, {(history.Terms.QuietFrom - history.Terms.From).TotalSeconds:0} s of faults");
        Line($"  calls        {calls.Count}: {Of(CallResult.Ok)} ok, {Of(CallResult.Fail)} refused, {Of(CallResult.Unknown) + Of(CallResult.Invoked)} unknown");
        Line($"  jobs         {audit.Jobs.Count}; events {audit.Events.Count}; deliveries {audit.Deliveries.Count}: {Are(1)} delivered, {Are(2)} parked, {Are(3)} canceled, {Are(0)} pending");
        Line($"  attempts     {audit.Attempts.Count}, of which {audit.Attempts.Count(a => a.Error == "engine_lost")} were lost with their engine; requests seen {history.Requests.Count(r => r.Receiver != "work")}");
        Line($"  workers      {history.WorkerCalls.Count(c => c.Verb == WorkerVerb.Claim)} claims, {history.WorkerCalls.Count(c => c.Broke == Breakage.HungUp)} workers died, {Late().Count()} calls came late, {Late().Count(c => c.Status == 412)} of them answered 412; {history.Results.Count} results read back");
        Line($"  readers      {history.ReadThrough.Count} logs read through by {history.ReadThrough.Sum(r => r.Connections)} connections; {history.Secrets.Count} signing secrets; {audit.Replays.Count} replays of {audit.Replays.Sum(r => r.Replayed)} deliveries");
        Line($"  faults       {history.Disturbances.Count}: {string.Join(", ", history.Disturbances.CountBy(d => d.Harm).OrderBy(h => h.Key).Select(h => $"{h.Value} {h.Key}"))}");
        var times = Recovery.Times(history).Select(t => t.Took.TotalSeconds).Order().ToList();
        if (times.Count > 0)
            Line($"  recovery     after {times.Count} kills with deliveries under way: median {times[times.Count / 2]:0.0} s, longest {times[^1]:0.0} s, lease {history.Terms.Lease.TotalSeconds:0} s");
        if (history.Terms.DoneAt is { } done)
            Line($"  all done     {(done - history.Terms.QuietFrom).TotalSeconds:0.0} s after the last fault");
        if (history.Usages.Count > 0)
            Line($"  resources    at most {history.Usages.Max(u => u.ResidentBytes) / 1024 / 1024} MiB, {history.Usages.Max(u => u.Handles)} handles, {history.Usages.Max(u => u.Threads)} threads in one process");
        return Checker.All.Sum(checker => Write(checker, history, output));

        IEnumerable<WorkerCall> Late() => history.WorkerCalls.Where(c => c is { IsLate: true, Status: not null });
        int Of(CallResult result) => calls.Count(c => c.Result == result);
        int Are(int status) => audit.Deliveries.Count(d => d.Status == status);
        void Line(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static int Write(Checker checker, History history, TextWriter output)
    {
        var found = checker.Violations(history).ToList();
        output.WriteLine($"  {(found.Count == 0 ? "ok  " : "RED ")} {checker.Name,-12} {found.Count,3}  {checker.Promise}");
        foreach (var sentence in found.Take(MostShown))
            output.WriteLine("         " + sentence);
        return found.Count;
    }
}
