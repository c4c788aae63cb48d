namespace Webhooks.Workers;

/// <summary>How a worker works, wherever it runs.</summary>
/// <param name="Concurrency">How many jobs run at once, those of types with slots of their own apart.</param>
/// <param name="Lease">How long a job stays with a worker that says nothing more.</param>
/// <param name="StopGrace">How long handlers may go on when the process stops, before they are told to.</param>
internal sealed record WorkerSettings(int Concurrency, TimeSpan Lease, TimeSpan StopGrace)
{
    /// <summary>
    /// How long a claim may wait for work: a third of the lease, because what is claimed counts from before the request.
    /// </summary>
    public TimeSpan LongestWait => Lease / 3;
}
