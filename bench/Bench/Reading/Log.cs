using System.Diagnostics;
using System.Globalization;
using System.Text;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tenants;

namespace Bench.Reading;

/// <summary>Writes to the logs of jobs from this process; each output carries the moment at which its commit was asked for.</summary>
internal sealed class Log(IServiceProvider services)
{
    private const EventSet Everything = (EventSet)0b1_1111_1111;

    private readonly JobWriter _writer = services.GetRequiredService<JobWriter>();
    private readonly TimeProvider _clock = services.GetRequiredService<TimeProvider>();

    /// <summary>A running job, with a callback that wants every event where a URL is given.</summary>
    public async Task<Id<Job>> BeginAsync(string? callback = null)
    {
        var now = _clock.GetUtcNow();
        var job = new Job
        {
            Id = Id<Job>.New(now), TenantId = TenantStore.DefaultId, Type = "bench", Priority = 5, MaxAttempts = 3, DueAt = now, CreatedAt = now,
            TimeoutSeconds = 36_000, TtlSeconds = 3600, Input = "null"u8.ToArray(),
        };
        Callback[] callbacks = callback is null ? [] :
        [
            new Callback
            {
                Id = Id<Callback>.New(now), TenantId = job.TenantId, JobId = job.Id, Url = callback, CreatedAt = now, Events = Everything,
                ReceiverId = Receiver.IdOf(job.TenantId, Origin.Of(callback)),
            },
        ];
        await _writer.SubmitAsync(job, callbacks);
        await _writer.ChangeAsync(job.Id, (log, row) =>
        {
            JobTransitions.Start(log, row!, "bench", TimeSpan.FromHours(9));
            return Change.Made;
        });
        return job.Id;
    }

    /// <summary>Appends one output and answers how long its commit took, in milliseconds.</summary>
    public async Task<double> SayAsync(Id<Job> job, int number)
    {
        var asked = Stopwatch.GetTimestamp();
        var output = Encoding.ASCII.GetBytes(asked.ToString(CultureInfo.InvariantCulture));
        await _writer.ChangeAsync(job, (log, row) => JobTransitions.Output(log, row, row!.Fence, number, output));
        return Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
    }

    /// <summary>How long ago the commit of the last output in some text was asked for, in milliseconds; null where it holds none.</summary>
    public static double? AgeOf(string text)
    {
        const string member = "\"output\":";
        var at = text.LastIndexOf(member, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var from = at + member.Length;
        var digits = text.AsSpan(from, text.AsSpan(from).IndexOfAnyExceptInRange('0', '9'));
        return Stopwatch.GetElapsedTime(long.Parse(digits, CultureInfo.InvariantCulture)).TotalMilliseconds;
    }
}
