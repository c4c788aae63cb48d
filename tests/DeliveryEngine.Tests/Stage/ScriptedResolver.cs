using System.Net;
using Egress;

namespace DeliveryEngine.Tests.Stage;

/// <summary>Answers for every name server there is.</summary>
internal sealed class ScriptedResolver : IResolver
{
    public Func<string, IPAddress[]> Answer { get; set; } = _ => [IPAddress.Loopback];

    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        await Task.Yield();
        return Answer(host);
    }
}
