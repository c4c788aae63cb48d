using JobApi.Access;
using JobApi.Http;
using JobApi.Jobs;
using JobApi.Workers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Storage.Jobs;
using Storage.Results;
using Webhooks.Contract;

namespace JobApi.Results;

/// <summary>
/// Takes the result of a running attempt as bytes of any kind, straight into the store. What is refused, at whatever moment, leaves nothing
/// behind; what a crash leaves is for the sweep.
/// </summary>
internal sealed class ResultUpload(JobStore jobs, WorkerDoor door, IResultStore store, IOptions<ResultsOptions> options)
{
    public const string TooLargeCode = "body_too_large";

    private readonly long _most = options.Value.MaxBytes;

    public string TooLargeSentence => $"The result is larger than {_most} bytes, which is what Results:MaxBytes allows.";

    public async Task<Results<Ok<ResultReceipt>, Problem>> TakeAsync(string id, HttpRequest request, Caller caller, CancellationToken stop)
    {
        if (!LeaseFence.TryRead(id, caller, request, out var held, out var fault)
            || !MediaType.TryRead(request, out var type, out fault)
            || !Digests.TryRead(request.Headers, out var announced, out fault))
            return fault;
        if (FormFault(request) is { } wrong)
            return wrong;
        // Before a gigabyte is taken that would be refused all the same.
        if (await jobs.FindAsync(caller.Tenant, held.Job, stop) is not { } job || !held.Reach.Sees(job))
            return JobLookUp.NotFound;
        if (JobTransitions.Refuses(job, held.Fence) is not null)
            return LeaseFence.Stale;

        request.HttpContext.MayTakeItsTime();
        return await KeepAsync(held, request.Body, type, announced, stop) switch
        {
            Kept.Recorded { Upload: var upload } => TypedResults.Ok(new ResultReceipt { ResultSize = upload.Length, ResultContentType = upload.ContentType }),
            Kept.TooLarge => TooLarge(),
            Kept.Altered altered => Problem.Refused($"{altered.Field}: the bytes that arrived have another SHA-256.", "digest_mismatch"),
            Kept.NotFound => JobLookUp.NotFound,
            _ => LeaseFence.Stale,
        };
    }

    /// <summary>Takes the bytes of an attempt, wherever they come from, as its result so far.</summary>
    public async Task<Kept> KeepAsync(Held held, Stream content, string type, Digests? announced, CancellationToken stop)
    {
        var name = UploadedResult.NewName(held.Job, held.Fence);
        if (await WriteAsync(name, content, stop) is not { } written)
            return new Kept.Stale();
        if (written.Bytes is not { } bytes)
            return new Kept.TooLarge();
        if (announced?.Contradicting(bytes.Sha256) is { } field)
        {
            store.Delete(name);
            return new Kept.Altered(field);
        }
        return await RecordAsync(held, new UploadedResult(name, bytes.Length, type, bytes.Sha256));
    }

    /// <summary>Null where the sweep took the unfinished bytes away, as it does when their attempt has ended.</summary>
    private async Task<Written?> WriteAsync(string name, Stream content, CancellationToken stop)
    {
        try
        {
            return new(await store.WriteAsync(name, content, _most, stop));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Under the fence, or not at all. Where the commit itself fails, nobody knows what became of it: the bytes stay for the sweep to judge.</summary>
    private async Task<Kept> RecordAsync(Held held, UploadedResult uploaded)
    {
        var told = await door.UploadAsync(held, uploaded);
        if (told.Value is not { } recorded)
        {
            store.Delete(uploaded.Name);
            return told.Change == Change.NotFound ? new Kept.NotFound() : new Kept.Stale();
        }
        if (recorded.Replaced is not null)
            store.Delete(recorded.Replaced.Name);
        return new Kept.Recorded(uploaded);
    }

    private Problem? FormFault(HttpRequest request) =>
        request.Headers.ContentEncoding is { Count: > 0 } coded && !coded.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? new(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Content-Encoding: the result is kept as it arrives, so it must arrive plain.")
        : request.Headers.ContentRange.Count > 0 ? Problem.Malformed("Content-Range: a result is uploaded as a whole (RFC 9110, section 14.5).")
        : request.ContentLength > _most ? TooLarge()
        : null;

    private Problem TooLarge() => new(StatusCodes.Status413PayloadTooLarge, TooLargeCode, TooLargeSentence);

    private sealed record Written(StoredBytes? Bytes);
}
