using System.Diagnostics.Metrics;
using Storage.Deliveries;
using Storage.Jobs;

namespace Storage.Metering;

/// <summary>
/// What this process counts and times. Labels are outcomes out of fixed sets, never a tenant, a receiver or a type of job: their number is not
/// ours to bound, and their names are not everybody's to read.
/// </summary>
internal sealed class Measures
{
    public const string MeterName = "Webhooks";

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _settled;
    private readonly Histogram<double> _attempts;

    public Measures(IMeterFactory meters)
    {
        Meter = meters.Create(MeterName);
        _accepted = Meter.CreateCounter<long>("webhooks.jobs.accepted", description: "Jobs that were made durable.");
        _ended = Meter.CreateCounter<long>("webhooks.jobs.ended", description: "Jobs that ended, by outcome.");
        _settled = Meter.CreateCounter<long>("webhooks.deliveries.settled", description: "Deliveries after an attempt or a decision, by outcome.");
        _attempts = Meter.CreateHistogram(
            "webhooks.attempts.duration", "s", "How long POSTs to receivers took, by outcome.", advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30],
            });
    }

    public Meter Meter { get; }

    /// <summary>Counts what a commit wrote.</summary>
    public void Count(JobLog log)
    {
        foreach (var happened in log.Events)
            if (happened.Type == JobEventType.Enqueued)
                _accepted.Add(1);
        foreach (var job in log.Ended)
            _ended.Add(1, Outcome(job.Status switch { JobStatus.Succeeded => "succeeded", JobStatus.Failed => "failed", _ => "canceled" }));
    }

    /// <summary>Counts what became of a delivery; one that is tried again has not ended.</summary>
    public void Count(DeliveryStatus status) =>
        _settled.Add(1, Outcome(status switch { DeliveryStatus.Delivered => "delivered", DeliveryStatus.Parked => "parked", _ => "retried" }));

    /// <summary>Times one POST by what came of it, a name out of a fixed set.</summary>
    public void Time(string outcome, TimeSpan took) => _attempts.Record(took.TotalSeconds, Outcome(outcome));

    private static KeyValuePair<string, object?> Outcome(string name) => new("outcome", name);
}
