using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using Storage;

namespace Faults.Inside;

/// <summary>
/// Counts the steps that a process passes, once a file says go, and acts at the one whose number is configured, and then at each so many after it:
/// <c>17:25:Throw:/path/of/go</c>, or at no other: <c>17:0:Kill:/path/of/go</c>. Steps are those of <see cref="Failpoint"/>, each statement of Entity
/// Framework and each stage of an HTTP request.
/// </summary>
internal sealed class Failpoints(int at, int apart, FailMode mode, string go)
{
    /// <summary>Longer than any lease of a run.</summary>
    private static readonly TimeSpan Sleep = TimeSpan.FromSeconds(11);

    private readonly Lock _writing = new();

    private int _passed;

    private bool Throws => mode == FailMode.Throw;

    public static void ListenAsConfigured()
    {
        if (Settings.Failpoint?.Split(':', 4) is not [var at, var apart, var mode, var go])
            return;
        var points = new Failpoints(
            int.Parse(at, CultureInfo.InvariantCulture), int.Parse(apart, CultureInfo.InvariantCulture), Enum.Parse<FailMode>(mode), go);
        Failpoint.Listener = points.Pass;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllText(go + ".passed", points._passed.ToString(CultureInfo.InvariantCulture));
        DiagnosticListener.AllListeners.Subscribe(new StatementSteps(points));
        _ = new RequestSteps(points);
    }

    private void Pass(string step)
    {
        if (!File.Exists(go))
            return;
        var passed = Interlocked.Increment(ref _passed);
        if (passed < at || passed > at && (apart == 0 || (passed - at) % apart != 0))
            return;
        lock (_writing)
            File.AppendAllText(go + ".done", $"{passed} {step}\n");
        switch (mode)
        {
            case FailMode.Kill:
                Process.GetCurrentProcess().Kill();
                break;
            case FailMode.Throw:
                throw new IOException($"Thrown at step {passed}, {step}.");
            default:
                new SemaphoreSlim(0).Wait(Sleep); // the thread itself, as a machine that stands still
                break;
        }
    }

    /// <summary>Migrations, tenants and lists go through Entity Framework.</summary>
    private sealed class StatementSteps(Failpoints points) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore")
                value.Subscribe(this, static name => name.EndsWith(".CommandExecuting", StringComparison.Ordinal) || name.EndsWith(".CommandExecuted", StringComparison.Ordinal));
        }

        public void OnNext(KeyValuePair<string, object?> value) => points.Pass(value.Key);

        public void OnCompleted() { }

        public void OnError(Exception error) { }
    }

    /// <summary>Connect, headers, body, answer: the HTTP stack tells of each. Where it does, nothing can be thrown.</summary>
    private sealed class RequestSteps(Failpoints points) : EventListener
    {
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Net.Http")
                EnableEvents(eventSource, EventLevel.Informational);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            // A listener hears of sources before its constructor has run.
            if (points is { Throws: false } && eventData.EventName is { } name)
                points.Pass(name);
        }
    }
}

internal enum FailMode { Kill, Throw, Sleep }
