using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Egress.Tests;

/// <summary>The rules and the client, put together as a host does it, with the options of a test.</summary>
internal static class WayOut
{
    /// <summary>Long enough for anything on loopback, short enough for a test that fails.</summary>
    public static readonly TimeSpan Ample = TimeSpan.FromSeconds(20);

    /// <summary>A deadline that is meant to pass, but not before the first connection of a busy machine is there.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    /// <summary>Everything but the rule under test is open.</summary>
    public static EgressOptions Open => new() { AllowHttp = true, AllowAnyPort = true };

    public static EgressOptions Loopback => new() { Allow = ["127.0.0.0/8"] };

    public static UrlRules Rules(EgressOptions options)
    {
        var settings = Options.Create(options);
        return new UrlRules(new AddressGuard(settings), new TransportRules(settings), settings);
    }

    public static AddressGuard Guard(EgressOptions options) => new(Options.Create(options));

    public static EgressClient Client(
        EgressOptions? options = null, IResolver? resolver = null, X509Certificate2Collection? roots = null, TimeProvider? time = null)
    {
        var settings = Options.Create(options ?? Loopback);
        var connector = new GuardedConnector(
            resolver ?? new SystemResolver(), new NameFaults(time ?? TimeProvider.System), new AddressGuard(settings), new TransportRules(settings),
            NullLogger<GuardedConnector>.Instance);
        return new EgressClient(connector, settings, time ?? TimeProvider.System, roots);
    }

    public static EgressRequest Post(string url, string body = "{}") =>
        new() { Url = new Uri(url), Body = System.Text.Encoding.UTF8.GetBytes(body), ContentType = "application/json" };

    public static EgressRequest Get(string url) => new() { Method = HttpMethod.Get, Url = new Uri(url) };

    public static async Task<EgressAnswer.Answered> Answered(this Task<EgressAnswer> answer) =>
        Assert.IsType<EgressAnswer.Answered>(await answer);

    public static async Task<EgressAnswer.Failed> Failed(this Task<EgressAnswer> answer) =>
        Assert.IsType<EgressAnswer.Failed>(await answer);
}
