using Faults.Histories;

namespace Faults.Checkers;

internal static class Idempotent
{
    public static IEnumerable<string> In(History history)
    {
        var jobs = history.Audit.Jobs.Where(j => j.RedriveOf is null).ToLookup(j => j.Subject);
        foreach (var byKey in history.Calls.Where(c => c is { Kind: CallKind.Submit, Key: not null }).GroupBy(c => c.Key))
        {
            foreach (var wrong in byKey.Where(c => c is { OtherBody: true, Result: CallResult.Ok }))
                yield return $"key {byKey.Key} took another body: call {wrong.Number} was answered {wrong.Status}";
            var answered = byKey.Where(c => c is { OtherBody: false, Result: CallResult.Ok }).Select(c => c.JobId).Distinct().ToList();
            if (answered.Count > 1)
                yield return $"key {byKey.Key} stands for {string.Join(" and ", answered)}";
            var made = byKey.Select(c => c.Subject).Distinct().SelectMany(subject => jobs[subject]).ToList();
            if (made.Count > 1)
                yield return $"key {byKey.Key} made {made.Count} jobs: {string.Join(", ", made.Select(j => j.Id))}";
        }
    }
}
