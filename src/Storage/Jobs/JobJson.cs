using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Storage.Jobs;

/// <summary>
/// Writes jobs and their events as JSON. An event's bytes are written once, here, and never again: they are stored, polled, streamed and
/// signed as they are. <paramref name="publicUrl"/> stands before every link; empty makes links paths.
/// </summary>
internal sealed class JobJson(string publicUrl)
{
    /// <summary>A larger result is left out of the terminal event; <c>result_url</c> says where it is.</summary>
    private const int LargestResultInEvent = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>
    /// The whole document of a job, as <c>GET /jobs/{id}</c> answers it. <paramref name="obstacle"/> says why a due job isn't started yet; null
    /// where nothing stands in its way.
    /// </summary>
    public byte[] Document(Job job, DateTimeOffset now, string? obstacle = null, bool withResult = true)
    {
        var json = Begin();
        json.WriteStartObject();
        WriteDocument(json, job, now, withResult ? job.Result : null, obstacle);
        json.WriteEndObject();
        return End(json);
    }

    /// <summary>What a worker gets: <c>{"jobs":[…]}</c> with all that it needs to begin.</summary>
    public static byte[] Claimed(IReadOnlyList<Job> jobs)
    {
        var json = Begin();
        json.WriteStartObject();
        json.WriteStartArray("jobs"u8);
        foreach (var job in jobs)
            WriteClaimed(json, job);
        json.WriteEndArray();
        json.WriteEndObject();
        return End(json);
    }

    /// <summary>The body of one event; the job already carries the event's number and state.</summary>
    public byte[] Event(Job job, JobEventType type, DateTimeOffset now, byte[]? output)
    {
        var json = Begin();
        json.WriteStartObject();
        json.WriteString("type"u8, type.Name());
        WriteTime(json, "timestamp"u8, now);
        json.WriteStartObject("data"u8);
        json.WriteString("job_id"u8, job.Id.ToString());
        json.WriteNumber("seq"u8, job.Version);
        if (job.IsTerminal)
            WriteDocument(json, job, now, job.Result?.Length > LargestResultInEvent ? null : job.Result, obstacle: null);
        else
            WriteChange(json, job, type, now, output);
        json.WriteEndObject();
        json.WriteEndObject();
        return End(json);
    }

    private static void WriteChange(Utf8JsonWriter json, Job job, JobEventType type, DateTimeOffset now, byte[]? output)
    {
        json.WriteString("status"u8, StatusName(job.Status));
        switch (type)
        {
            case JobEventType.Enqueued:
                json.WriteString("type"u8, job.Type);
                json.WriteNumber("priority"u8, job.Priority);
                json.WriteNumber("max_attempts"u8, job.MaxAttempts);
                WriteTime(json, "run_at"u8, job.RunAt);
                WriteText(json, "redrive_of"u8, job.RedriveOf?.ToString());
                break;
            case JobEventType.Started:
                json.WriteNumber("attempt"u8, job.Attempt);
                json.WriteNumber("max_attempts"u8, job.MaxAttempts);
                break;
            case JobEventType.Progress:
                WriteProgress(json, job);
                break;
            case JobEventType.Output:
                json.WriteNumber("client_seq"u8, job.OutputSeq);
                json.WritePropertyName("output"u8);
                json.WriteRawValue(output, skipInputValidation: true);
                break;
            case JobEventType.RetryScheduled:
                json.WriteNumber("attempt"u8, job.Attempt);
                json.WriteNumber("max_attempts"u8, job.MaxAttempts);
                WriteError(json, job);
                WriteTime(json, "next_attempt_at"u8, job.DueAt);
                break;
            case JobEventType.CancelRequested:
                WriteTime(json, "cancel_requested_at"u8, job.CancelRequestedAt);
                break;
        }
    }

    private void WriteDocument(Utf8JsonWriter json, Job job, DateTimeOffset now, byte[]? result, string? obstacle)
    {
        var id = job.Id.ToString();
        var waits = job.Status == JobStatus.Pending && job.DueAt > now;
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, job.Type);
        json.WriteString("status"u8, StatusName(job.Status));
        json.WriteNumber("version"u8, job.Version);
        WriteProgress(json, job);
        json.WriteNumber("attempt"u8, job.Attempt);
        json.WriteNumber("max_attempts"u8, job.MaxAttempts);
        WriteLostLeases(json, job);
        json.WriteNumber("priority"u8, job.Priority);
        WriteTime(json, "created_at"u8, job.CreatedAt);
        WriteTime(json, "run_at"u8, job.RunAt);
        WriteTime(json, "started_at"u8, job.StartedAt);
        WriteTime(json, "finished_at"u8, job.FinishedAt);
        WriteTime(json, "expires_at"u8, job.ExpiresAt);
        WriteTime(json, "next_attempt_at"u8, waits ? job.DueAt : null);
        if (job.Status == JobStatus.Pending)
            json.WriteString("pending_reason"u8, !waits ? obstacle ?? "queued" : job.Attempt > 0 ? "retry_wait" : "scheduled");
        WriteTime(json, "cancel_requested_at"u8, job.CancelRequestedAt);
        WriteText(json, "redrive_of"u8, job.RedriveOf?.ToString());
        WriteMetadata(json, job);
        WriteRaw(json, "result"u8, result);
        if (job is { Status: JobStatus.Succeeded, Upload: { } upload })
        {
            json.WriteNumber("result_size"u8, upload.Length);
            json.WriteString("result_content_type"u8, upload.ContentType);
        }
        WriteError(json, job);
        json.WriteString("status_url"u8, $"{publicUrl}/jobs/{id}");
        json.WriteString("events_url"u8, $"{publicUrl}/jobs/{id}/events");
        json.WriteString("result_url"u8, $"{publicUrl}/jobs/{id}/result");
    }

    private static void WriteClaimed(Utf8JsonWriter json, Job job)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, job.Id.ToString());
        json.WriteString("type"u8, job.Type);
        json.WriteNumber("attempt"u8, job.Attempt);
        json.WriteNumber("max_attempts"u8, job.MaxAttempts);
        WriteLostLeases(json, job);
        json.WriteNumber("fence"u8, job.Fence);
        WriteTime(json, "lease_expires_at"u8, job.DueAt);
        WriteTime(json, "attempt_ends_at"u8, job.AttemptEndsAt);
        json.WriteNumber("timeout_seconds"u8, job.TimeoutSeconds);
        json.WriteNumber("priority"u8, job.Priority);
        WriteTime(json, "created_at"u8, job.CreatedAt);
        WriteRaw(json, "input"u8, job.Input);
        WriteRaw(json, "checkpoint"u8, job.Saved);
        json.WriteString("idempotency_token"u8, job.Id.ToString());
        json.WriteBoolean("cancel_requested"u8, job.CancelRequestedAt is not null);
        WriteMetadata(json, job);
        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, Job job)
    {
        if (job.Metadata is null)
            return;
        json.WritePropertyName("metadata"u8);
        json.WriteRawValue(job.Metadata, skipInputValidation: true);
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, byte[]? value)
    {
        if (value is null)
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    private static void WriteProgress(Utf8JsonWriter json, Job job)
    {
        if (job.Progress is { } progress)
            json.WriteNumber("progress"u8, progress);
        WriteText(json, "progress_message"u8, job.ProgressMessage);
    }

    private static void WriteLostLeases(Utf8JsonWriter json, Job job)
    {
        if (job.LostLeases > 0)
            json.WriteNumber("lost_leases"u8, job.LostLeases);
    }

    private static void WriteError(Utf8JsonWriter json, Job job)
    {
        if (job.ErrorCode is null)
            return;
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, job.ErrorCode);
        WriteText(json, "message"u8, job.ErrorMessage);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    internal static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is not { } value)
            return;
        Span<byte> text = stackalloc byte[24]; // RFC 3339, always UTC, always milliseconds
        value.UtcDateTime.TryFormat(text, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString(name, text);
    }

    public static string StatusName(JobStatus status) => status switch
    {
        JobStatus.Pending => "pending",
        JobStatus.Running => "running",
        JobStatus.Succeeded => "succeeded",
        JobStatus.Failed => "failed",
        _ => "canceled",
    };

    private static Utf8JsonWriter Begin()
    {
        _buffer ??= new ArrayBufferWriter<byte>(4096);
        _buffer.ResetWrittenCount();
        _writer ??= new Utf8JsonWriter(_buffer);
        _writer.Reset(_buffer);
        return _writer;
    }

    private static byte[] End(Utf8JsonWriter json)
    {
        json.Flush();
        var bytes = _buffer!.WrittenSpan.ToArray();
        if (_buffer.Capacity > 1024 * 1024)
            _buffer = null; // one large document must not hold its buffer for ever
        return bytes;
    }
}
