using System.Net;
using System.Net.Sockets;
using DeliveryEngine.Tests.Stage;
using Microsoft.AspNetCore.DataProtection;
using Storage.Deliveries;
using Storage.Tenants;

namespace DeliveryEngine.Tests.Outcomes;

public sealed class A_fault_of_our_own
{
    private const string ShortSchedule = "Deliveries:Schedule:0=00:00:00";

    [Theory, EveryDatabase]
    public async Task Costs_no_attempt_when_the_resolver_is_down(On database)
    {
        await using var scene = await Scene.OnAsync(database, ShortSchedule, "Deliveries:Schedule:1=01:00:00");
        var receiver = scene.Listen();
        scene.Resolver.Answer = _ => throw new SocketException((int)SocketError.TryAgain);
        await scene.FinishJobAsync(receiver);

        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await scene.Node.WorkAsync();
            await IsStillOwed(scene, attempt, "resolver_failed");
            scene.Clock.Advance(TimeSpan.FromSeconds(10));
        }
        scene.Resolver.Answer = _ => [IPAddress.Loopback];
        await scene.Node.WorkAsync();

        Assert.Single(receiver.Requests);
        Assert.Equal(DeliveryStatus.Delivered, (await scene.DeliveryAsync()).Status);
    }

    [Theory, EveryDatabase]
    public async Task Costs_no_attempt_when_the_key_ring_is_another(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        var ours = await SignWithAsync(scene, new SecretBox(new EphemeralDataProtectionProvider()).Seal(new byte[32]));
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();
        await IsStillOwed(scene, 1, "own_fault");
        await SignWithAsync(scene, ours);
        scene.Clock.Advance(TimeSpan.FromSeconds(10));
        await scene.Node.WorkAsync();

        Assert.Single(receiver.Requests);
        Assert.Equal(DeliveryStatus.Delivered, (await scene.DeliveryAsync()).Status);
    }

    [Theory, EveryDatabase]
    public async Task Parks_the_delivery_when_the_time_of_the_whole_schedule_is_over(On database)
    {
        await using var scene = await Scene.OnAsync(database, ShortSchedule, "Deliveries:Schedule:1=01:00:00");
        var receiver = scene.Listen();
        scene.Resolver.Answer = _ => throw new SocketException((int)SocketError.TryAgain);
        await scene.FinishJobAsync(receiver);

        scene.Clock.Advance(TimeSpan.FromHours(1));
        await scene.Node.WorkAsync();
        var delivery = await scene.DeliveryAsync();
        Assert.Equal((DeliveryStatus.Pending, TimeSpan.FromMinutes(6)), (delivery.Status, delivery.DueAt - scene.Now));
        scene.Clock.Advance(TimeSpan.FromMinutes(6));
        await scene.Node.WorkAsync();

        Assert.Equal((DeliveryStatus.Parked, "resolver_failed"), (await scene.DeliveryAsync()).State());
    }

    [Theory, EveryDatabase]
    public async Task Is_not_what_a_name_suffers_whose_own_servers_are_broken(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var broken = scene.Listen("broken");
        scene.Resolver.Answer = host => host == "broken" ? throw new SocketException((int)SocketError.TryAgain) : [IPAddress.Loopback];
        var job = await scene.FinishJobAsync(broken);

        for (var minute = 0; minute < 12; minute += 3)
        {
            await scene.FinishJobAsync(scene.Listen($"healthy-{minute}")); // a name that has to be looked up
            await scene.Node.WorkAsync();
            scene.Clock.Advance(TimeSpan.FromMinutes(3));
        }

        var errors = (await scene.AttemptsAsync()).FindAll(a => a.StatusCode is null).ConvertAll(a => (a.Error, a.ErrorDetail));
        Assert.Equal(("resolver_failed", "resolver_unreachable"), errors[0]);
        Assert.Equal(("dns_failed", "name_servers_failed"), errors[^1]);
        Assert.Equal(errors.Count(e => e.Error == "dns_failed"), (await scene.DeliveryAsync(job)).Failures);
    }

    private static async Task IsStillOwed(Scene scene, int attempts, string error)
    {
        var delivery = await scene.DeliveryAsync();
        Assert.Equal((DeliveryStatus.Pending, 0, attempts), (delivery.Status, delivery.Failures, delivery.Attempts));
        Assert.Equal(TimeSpan.FromSeconds(10), delivery.DueAt - scene.Now);
        var attempt = (await scene.AttemptsAsync())[^1];
        Assert.Equal((null, error), attempt.Result());
        Assert.Equal(error == "own_fault" ? "key_ring_unreadable" : "resolver_unreachable", attempt.ErrorDetail);
    }

    /// <summary>Changes the tenant's stored secret and answers what it was.</summary>
    private static async Task<byte[]> SignWithAsync(Scene scene, byte[] sealedSecret)
    {
        await using var db = scene.Node.Database.CreateContext();
        var tenant = await db.Tenants.FindAsync([TenantStore.DefaultId], scene.Patience);
        (var before, tenant!.SigningSecret) = (tenant.SigningSecret, sealedSecret);
        await db.SaveChangesAsync(scene.Patience);
        return before;
    }
}
