using System.Runtime.CompilerServices;

namespace Egress.Tests;

/// <summary>
/// The whole suite runs with a proxy in its environment, where nobody listens. The runtime reads the environment once per process, so
/// a test that sets it would come too late.
/// </summary>
internal static class EnvironmentWithAProxy
{
    public static readonly Uri Proxy = new("http://127.0.0.1:9/");

    [ModuleInitializer]
    internal static void Set()
    {
        Environment.SetEnvironmentVariable("http_proxy", Proxy.OriginalString);
        Environment.SetEnvironmentVariable("no_proxy", null);
        Environment.SetEnvironmentVariable("NO_PROXY", null);
    }
}
