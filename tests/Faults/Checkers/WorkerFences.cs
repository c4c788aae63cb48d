using System.Globalization;
using Faults.Histories;

namespace Faults.Checkers;

/// <summary>
/// Remote workers against the jobs' own logs. The n-th <c>job.started</c> begins the tenure of fence n, which ends with the next retry or the job's
/// end. What a worker says after that changes nothing; what was acknowledged before is kept.
/// </summary>
internal static class WorkerFences
{
    /// <summary>The workers' clock against the database's.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    public static IEnumerable<string> In(History history)
    {
        var events = history.Audit.Events.ToLookup(e => e.JobId);
        var calls = history.WorkerCalls.ToLookup(c => c.JobId);
        foreach (var job in history.Audit.Jobs.Where(j => calls.Contains(j.Id)))
        {
            var tenures = Tenures([.. events[job.Id].OrderBy(e => e.Seq)]);
            List<WorkerCall> said = [.. calls[job.Id].OrderBy(c => c.Number)];
            foreach (var sentence in Claims(job, said, tenures).Concat(Late(job, said, tenures)).Concat(Outputs(said, tenures)).Concat(Ends(job, said)))
                yield return $"{job.Id}: {sentence}";
        }
    }

    private static List<Tenure> Tenures(List<EventRow> log)
    {
        var tenures = new List<Tenure>();
        foreach (var happened in log)
            if (happened.Type == Codes.Started)
                tenures.Add(new());
            else if (tenures.Count > 0 && happened.Type == Codes.Output)
                tenures[^1].Outputs.Add(happened.Said ?? "");
            else if (tenures.Count > 0 && happened.Type is Codes.RetryScheduled or >= Codes.FirstTerminalEvent)
                tenures[^1].End ??= happened;
        return tenures;
    }

    private static IEnumerable<string> Claims(JobRow job, List<WorkerCall> said, List<Tenure> tenures)
    {
        foreach (var claim in said.Where(c => c.Verb == WorkerVerb.Claim).GroupBy(c => c.Fence))
        {
            if (claim.Count() > 1)
                yield return $"fence {claim.Key} was given to {string.Join(" and ", claim.Select(c => c.Worker))}";
            if (claim.Key > tenures.Count || claim.Key > job.Fence)
                yield return $"fence {claim.Key} was given out, but the log has {tenures.Count} starts";
            if (!Checkpoints(said, claim.Key).Contains(claim.First().Said))
                yield return $"fence {claim.Key} got the checkpoint {claim.First().Said ?? "of nobody"}, which is not what was saved last";
        }
    }

    /// <summary>What may have been saved last: the last that was acknowledged, and what was said after it without an answer.</summary>
    private static HashSet<string?> Checkpoints(List<WorkerCall> said, long before)
    {
        var saved = new HashSet<string?> { null };
        foreach (var fence in said.Where(c => c.Fence < before && c is { Verb: WorkerVerb.Heartbeat, Said: not null }).GroupBy(c => c.Fence).OrderBy(f => f.Key))
        {
            var unknown = fence.Where(c => c.Result is CallResult.Unknown or CallResult.Invoked).Select(c => c.Said).ToList();
            foreach (var beat in fence)
                if (beat.Result == CallResult.Ok)
                    saved = [beat.Said, .. unknown];
                else if (unknown.Contains(beat.Said))
                    saved.Add(beat.Said);
        }
        return saved;
    }

    private static IEnumerable<string> Late(JobRow job, List<WorkerCall> said, List<Tenure> tenures) =>
        from call in said
        where call.Verb != WorkerVerb.Claim && call.Result == CallResult.Ok && call.Fence <= tenures.Count
        let end = tenures[(int)call.Fence - 1].End
        where end is not null && call.From > end.At + Slack && !IsRepeat(call, job, end)
        select $"{call.Verb} by {call.Worker} under fence {call.Fence} was accepted {(call.From - end.At).TotalSeconds:0.0} s after that had ended";

    /// <summary>The same end once more, by the claim that made it.</summary>
    private static bool IsRepeat(WorkerCall call, JobRow job, EventRow end) =>
        call.Fence == job.Fence && end.Type >= Codes.FirstTerminalEvent && call.Verb is WorkerVerb.Complete or WorkerVerb.Fail or WorkerVerb.Canceled;

    private static IEnumerable<string> Outputs(List<WorkerCall> said, List<Tenure> tenures)
    {
        for (var fence = 1; fence <= tenures.Count; fence++)
        {
            var outputs = tenures[fence - 1].Outputs;
            var expected = Enumerable.Range(1, outputs.Count).Select(n => string.Create(CultureInfo.InvariantCulture, $"\"{fence}.{n}\""));
            if (!outputs.SequenceEqual(expected))
                yield return $"under fence {fence} the outputs are {string.Join(' ', outputs)}";
            var kept = said.Where(c => c.Fence == fence && c is { Verb: WorkerVerb.Output, Result: CallResult.Ok })
                .Select(c => int.Parse(c.Said!, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
            if (kept > outputs.Count)
                yield return $"under fence {fence} output {kept} was acknowledged, and {outputs.Count} are there";
        }
    }

    private static IEnumerable<string> Ends(JobRow job, List<WorkerCall> said) =>
        from call in said
        where call.Result == CallResult.Ok
        let status = call.Verb switch
        {
            WorkerVerb.Complete => (int[])[Codes.JobFirstTerminal],
            WorkerVerb.Canceled => [Codes.JobCanceled],
            WorkerVerb.Fail when call.Said == "final" => [Codes.JobFailed, Codes.JobCanceled],
            _ => null,
        }
        where status is not null && (job.Fence != call.Fence || !status.Contains(job.Status))
        select $"{call.Verb} under fence {call.Fence} was acknowledged, and the job is in state {job.Status} under fence {job.Fence}";

    private sealed class Tenure
    {
        public EventRow? End { get; set; }
        public List<string> Outputs { get; } = [];
    }
}
