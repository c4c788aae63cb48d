using System.ComponentModel.DataAnnotations;
using Storage.Jobs;

namespace Storage;

/// <summary>Section <c>Retention</c>: how long what is over is kept. Nothing goes while something of it is owed.</summary>
internal sealed class RetentionOptions
{
    /// <summary>Succeeded jobs that named no <c>ttl_seconds</c>, from their end on. Default: 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00", ErrorMessage = "Retention:Succeeded must be from {1} to {2}.")]
    public TimeSpan Succeeded { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Failed jobs that named none. Default: 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00", ErrorMessage = "Retention:Failed must be from {1} to {2}.")]
    public TimeSpan Failed { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Canceled jobs that named none. Default: 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00", ErrorMessage = "Retention:Canceled must be from {1} to {2}.")]
    public TimeSpan Canceled { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How much longer than its own time a job stays for the sake of a parked delivery. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00", ErrorMessage = "Retention:Parked must be from {1} to {2}.")]
    public TimeSpan Parked { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Deliveries that are delivered or canceled, with their attempts. Default: as long as their job.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ErrorMessage = "Retention:Delivered must be from {1} to {2}.")]
    public TimeSpan? Delivered { get; set; }

    /// <summary>The attempts of such deliveries. Default: as long as their delivery.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ErrorMessage = "Retention:Attempts must be from {1} to {2}.")]
    public TimeSpan? Attempts { get; set; }

    /// <summary>How long a job that has ended is kept.</summary>
    public TimeSpan Of(Job ended) => ended.TtlSeconds != Job.TtlByOutcome ? TimeSpan.FromSeconds(ended.TtlSeconds) : ended.Status switch
    {
        JobStatus.Succeeded => Succeeded,
        JobStatus.Failed => Failed,
        _ => Canceled,
    };
}
