using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Webhooks.Client.Sending;

namespace Webhooks.Client.Results;

/// <summary>
/// One download of a result into a stream. A connection that breaks is taken up where it broke (<c>Range</c> with <c>If-Range</c>, RFC 9110,
/// section 14); at the end the bytes are held to the digest that the service gave (<c>Repr-Digest</c>, RFC 9530).
/// </summary>
internal sealed class ResultDownload(IJobRoutes routes, string jobId, Stream destination, JobClientOptions options, Repeats repeats, TimeProvider time)
{
    private const int BufferBytes = 64 * 1024;

    private readonly long _start = destination.CanSeek ? destination.Position : 0;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _received;
    private string? _tag;

    public async Task<DownloadedResult> RunAsync(CancellationToken stop)
    {
        using var _ = _hash;
        for (var failures = 0; ;)
        {
            var before = _received;
            try
            {
                return await TakeAsync(stop);
            }
            catch (LostConnectionException lost)
            {
                failures = _received > before ? 1 : failures + 1;
                if (failures > options.Retries)
                    throw new HttpRequestException($"The result of {jobId} broke off at byte {_received}, too often in a row.", lost.InnerException);
                await Task.Delay(repeats.WaitBefore(failures, null), time, stop);
            }
        }
    }

    private async Task<DownloadedResult> TakeAsync(CancellationToken stop)
    {
        var resumes = _received > 0 && _tag is not null;
        using var answer = await OpenAsync(resumes, stop);
        if (await answer.RefusalAsync(time) is { } refusal)
            throw refusal;
        if (_received > 0 && !GoesOn(answer))
            StartOver();
        _tag = answer.Headers.ETag is { IsWeak: false } tag ? tag.Tag : null;
        var length = answer.Content.Headers.ContentRange?.Length ?? answer.Content.Headers.ContentLength;
        await CopyAsync(answer, stop);
        if (_received < length)
            throw new LostConnectionException(null);
        return Whole(answer);
    }

    private async Task<HttpResponseMessage> OpenAsync(bool resumes, CancellationToken stop)
    {
        var (range, ifRange) = resumes ? (string.Create(CultureInfo.InvariantCulture, $"bytes={_received}-"), _tag) : (null, null);
        return await routes.ReadResultAsync(jobId, range, ifRange, Manner.Streamed, stop);
    }

    private bool GoesOn(HttpResponseMessage answer) =>
        answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From == _received;

    /// <summary>The service sent the whole once more: it has another result now, or something in between knows no ranges.</summary>
    private void StartOver()
    {
        if (!destination.CanSeek)
            throw new IOException($"The result of {jobId} can't be taken up at byte {_received}, and what was written can't be taken back.");
        destination.Position = _start;
        destination.SetLength(_start);
        _hash.GetHashAndReset();
        _received = 0;
    }

    private async Task CopyAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        await using var body = new PatientStream(await answer.Content.ReadAsStreamAsync(stop), options.Timeout, options.Timeout, time);
        for (int read; (read = await ReadAsync(body, stop)) > 0; _received += read)
        {
            await destination.WriteAsync(_buffer.AsMemory(0, read), stop);
            _hash.AppendData(_buffer, 0, read);
        }
    }

    /// <summary>What breaks here is the connection; what breaks in the destination is its owner's to know.</summary>
    private async Task<int> ReadAsync(PatientStream body, CancellationToken stop)
    {
        try
        {
            return await body.ReadAsync(_buffer, stop);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw new LostConnectionException(error);
        }
    }

    private DownloadedResult Whole(HttpResponseMessage answer)
    {
        var sha256 = _hash.GetHashAndReset();
        if (answer.Headers.TryGetValues("Repr-Digest", out var digests)
            && digests.SelectMany(line => line.Split(',', StringSplitOptions.TrimEntries)).FirstOrDefault(IsSha256) is { } announced
            && announced != $"sha-256=:{Convert.ToBase64String(sha256)}:")
            throw new InvalidDataException($"The result of {jobId} isn't what the service's Repr-Digest says: it was altered on the way.");
        return new()
        {
            ContentType = answer.Content.Headers.ContentType?.ToString() ?? "application/octet-stream", Length = _received, ETag = _tag,
            RemovedAt = answer.Headers.TryGetValues("Sunset", out var sunset)
                && DateTimeOffset.TryParseExact(sunset.First(), "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? end : null,
        };
    }

    private static bool IsSha256(string digest) => digest.StartsWith("sha-256=", StringComparison.Ordinal);

    private sealed class LostConnectionException(Exception? cause) : Exception(cause?.Message ?? "The answer ended before the result did.", cause);
}
