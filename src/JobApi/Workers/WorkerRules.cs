using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using JobApi.Access;
using JobApi.Http;
using JobApi.Jobs;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Workers;
using Webhooks.Contract;

namespace JobApi.Workers;

/// <summary>What the worker contract lets in.</summary>
internal static class WorkerRules
{
    /// <summary>The largest checkpoint, output or result in bytes.</summary>
    private const int LargestValue = 1024 * 1024;

    private const int MostTypes = 100;
    private const int MostOutputs = 1000;
    private const int LongestMessage = 1000;
    private const int LongestErrorCode = 100;
    private const int LongestErrorMessage = 4000;

    private static readonly byte[] Null = "null"u8.ToArray();

    public static bool TryRead(
        ClaimJobs body, Caller caller, [NotNullWhen(true)] out WaitingClaim? claim, out TimeSpan wait, [NotNullWhen(false)] out Problem? fault)
    {
        (claim, wait) = (null, TimeSpan.FromSeconds(body.WaitSeconds ?? 0));
        fault = TypesFault(body.Types, caller)
            ?? Range("max", body.Max, 1, 100)
            ?? Range("wait_seconds", body.WaitSeconds, 0, 60)
            ?? LeaseFault(body.LeaseSeconds)
            ?? Text("worker_id", body.WorkerId, Worker.LongestName)
            ?? Text("worker_version", body.WorkerVersion, Worker.LongestVersion);
        if (fault is not null)
            return false;
        var lease = TimeSpan.FromSeconds(body.LeaseSeconds ?? Job.DefaultLeaseSeconds);
        var worker = body.WorkerId?.TrimEnd(' '); // SQL Server takes two names for one that differ in spaces at their end only
        claim = new(new ClaimWish(caller.Tenant, [.. body.Types!.Distinct()], body.Max ?? 1, worker is null or "" ? caller.Key.ToString() : worker, lease))
        {
            Key = caller.Key, Version = body.WorkerVersion,
        };
        return true;
    }

    public static bool TryRead(Heartbeat body, [NotNullWhen(true)] out Pulse? pulse, [NotNullWhen(false)] out Problem? fault)
    {
        pulse = null;
        byte[]? checkpoint = null;
        fault = body.Progress is { } progress && !(progress is >= 0 and <= 100) ? Problem.Refused("progress: must be from 0 to 100.")
            : Text("progress_message", body.ProgressMessage, LongestMessage)
            ?? LeaseFault(body.LeaseSeconds)
            ?? (body.Checkpoint is null ? null : ValueFault("checkpoint", body.Checkpoint, out checkpoint));
        if (fault is not null)
            return false;
        pulse = new(body.Progress, body.ProgressMessage, checkpoint, body.LeaseSeconds is { } lease ? TimeSpan.FromSeconds(lease) : null);
        return true;
    }

    public static bool TryRead(AppendOutputs body, [NotNullWhen(true)] out IReadOnlyList<Output>? outputs, [NotNullWhen(false)] out Problem? fault)
    {
        outputs = null;
        fault = body.Outputs is null ? Problem.Malformed("outputs: is required.")
            : body.Outputs.Count is < 1 or > MostOutputs ? Problem.Refused($"outputs: must be 1 to {MostOutputs}.")
            : null;
        var read = new List<Output>(body.Outputs?.Count ?? 0);
        for (var i = 0; fault is null && i < body.Outputs!.Count; i++)
        {
            byte[]? data = null;
            fault = body.Outputs[i] is not { } output ? Problem.Malformed($"outputs[{i}]: must be an object.")
                : output.ClientSeq is not { } number ? Problem.Malformed($"outputs[{i}].client_seq: is required.")
                : number < 1 ? Problem.Refused($"outputs[{i}].client_seq: must be from 1 on.")
                : i > 0 && number != read[i - 1].ClientSeq + 1 ? Problem.Refused($"outputs[{i}].client_seq: must be one more than the one before.", Gap)
                : ValueFault($"outputs[{i}].data", output.Data, out data);
            if (fault is null)
                read.Add(new(body.Outputs[i].ClientSeq!.Value, data!));
        }
        outputs = fault is null ? read : null;
        return fault is null;
    }

    /// <summary>No result is none but what was uploaded.</summary>
    public static bool TryRead(CompleteJob body, out byte[]? result, [NotNullWhen(false)] out Problem? fault)
    {
        (result, fault) = (null, null);
        if (body.Result is not null)
            fault = ValueFault("result", body.Result, out result);
        return fault is null;
    }

    public static bool TryRead(FailJob body, [NotNullWhen(true)] out AttemptFailure? failure, [NotNullWhen(false)] out Problem? fault)
    {
        failure = null;
        fault = body.Error is null ? Problem.Malformed("error: is required.")
            : body.Error.Code is null ? Problem.Malformed("error.code: is required.")
            : TextRules.Fault("error.code", body.Error.Code, LongestErrorCode)
            ?? (string.IsNullOrEmpty(body.Error.Message) ? null : TextRules.Fault("error.message", body.Error.Message, LongestErrorMessage))
            ?? Range("retry_after_seconds", body.RetryAfterSeconds, 0, 2_592_000);
        if (fault is not null)
            return false;
        TimeSpan? retryAfter = body.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        failure = new(body.Error!.Code!, body.Error.Message, body.Retryable ?? true, retryAfter);
        return true;
    }

    public static bool TryRead(ReleaseJob body, out TimeSpan delay, [NotNullWhen(false)] out Problem? fault)
    {
        delay = TimeSpan.FromSeconds(body.DelaySeconds ?? 0);
        fault = Range("delay_seconds", body.DelaySeconds, 0, 86_400);
        return fault is null;
    }

    public static Problem OutputGap(int last) =>
        Problem.Refused($"outputs[0].client_seq: must be at most {last + 1}, which is the next one of this fence; what lies between would be lost.", Gap);

    private const string Gap = "output_gap";

    private static Problem? TypesFault(IReadOnlyList<string>? types, Caller caller)
    {
        if (types is null)
            return Problem.Malformed("types: is required.");
        if (types.Any(type => type is null))
            return Problem.Malformed("types: every item must be a string.");
        if (types.Count is < 1 or > MostTypes || !types.All(type => JobTypeRule.IsMet(type)))
            return Problem.Refused($"types: must be 1 to {MostTypes} job types, each {JobTypeRule.Sentence}.");
        return caller.Types is { } own && types.FirstOrDefault(type => !own.Contains(type)) is { } other
            ? new(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden, $"types: this API key is not for jobs of type {other}.")
            : null;
    }

    private static Problem? LeaseFault(int? seconds) => Range("lease_seconds", seconds, 10, 3600);

    private static Problem? Text(string field, string? text, int longest) => text is null ? null : TextRules.Fault(field, text, longest);

    private static Problem? Range(string field, int? value, int least, int most) =>
        value < least || value > most ? Problem.Refused($"{field}: must be from {least} to {most}.") : null;

    private static Problem? ValueFault(string field, JsonElement? value, out byte[] bytes)
    {
        bytes = value is { } json ? JsonText.Minified(json) : Null;
        return bytes.Length <= LargestValue
            ? null
            : new(StatusCodes.Status413PayloadTooLarge, "value_too_large", $"{field}: is larger than 1 MiB.");
    }
}
