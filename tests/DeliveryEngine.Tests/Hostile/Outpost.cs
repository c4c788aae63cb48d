using DeliveryEngine.Outcomes;
using DeliveryEngine.Sending;
using DeliveryEngine.Tests.Stage;
using Egress;
using Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Storage;
using Storage.Jobs;
using Storage.Tenants;

namespace DeliveryEngine.Tests.Hostile;

/// <summary>The engine's courier as in production, on the real clock; it trusts the certificates of these tests, and all names lead to loopback.</summary>
public sealed class Outpost : IDisposable
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services;
    private readonly byte[] _private;

    public Outpost()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Webhooks"] = $"Data Source={_folder.File("webhooks.db")}",
            ["Security:KeyRing"] = _folder.File("keys"),
            ["Egress:Allow:0"] = "127.0.0.0/8",
        }).Build();
        _services = new ServiceCollection().AddLogging(log => log.SetMinimumLevel(LogLevel.None)).AddSingleton(TimeProvider.System)
            .AddSingleton<IResolver>(new ScriptedResolver())
            .AddStorage(configuration).AddDeliveryEngine(configuration)
            .AddSingleton(s => new EgressClient(
                s.GetRequiredService<GuardedConnector>(), s.GetRequiredService<IOptions<EgressOptions>>(), TimeProvider.System, Hostility.Roots))
            .BuildServiceProvider();
        _private = new CallbackPrivate(Secret, new Dictionary<string, string> { ["x-shop"] = "7" }).Seal(_services.GetRequiredService<SecretBox>())!;
    }

    internal Task<Outcome> PostAsync(string url, TimeSpan deadline, CancellationToken stop) => _services.GetRequiredService<Courier>().PostAsync(
        new Posting(TenantStore.DefaultId, "evt_test", url, """{"type":"webhook.test"}"""u8.ToArray(), _private),
        TimeProvider.System.GetUtcNow(), deadline, stop);

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }
}
