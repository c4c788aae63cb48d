using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Egress;

namespace Faults.Inside;

/// <summary>
/// Resolves <c>n-1-2-3.receivers.test</c> to 127.1.2.3. A file says how many milliseconds that takes, so that it can change while the process runs;
/// a negative number is a resolver that is down.
/// </summary>
internal sealed class ScriptedResolver(string? file) : IResolver
{
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        var wait = file is not null && File.Exists(file) ? int.Parse(await File.ReadAllTextAsync(file, cancel), CultureInfo.InvariantCulture) : 0;
        if (wait < 0)
            throw new SocketException((int)SocketError.TryAgain);
        await Pause.ForAsync(TimeSpan.FromMilliseconds(wait), cancel);
        var numbers = host.Split('.')[0].Split('-');
        return numbers is ["n", var a, var b, var c] ? [IPAddress.Parse($"127.{a}.{b}.{c}")] : throw new SocketException((int)SocketError.HostNotFound);
    }
}
