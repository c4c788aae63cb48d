using System.Text.RegularExpressions;
using Fixtures;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Storage.Deliveries;
using Storage.Gates;
using Storage.Jobs;
using Storage.Metering;
using Storage.Replays;
using Storage.Operations;
using Storage.SqlServer;
using Storage.Tenants;
using Storage.Tests.Databases;
using Storage.Workers;

namespace Storage.Tests.SqlServer;

public sealed partial class Queries_for_sql_server
{
    private const string Asks = "database.CreateContext()";

    private readonly Silence _silence = new();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_lists_and_keys_are_well_formed()
    {
        await using var services = Register();
        await AskEverythingAsync(
            services.GetRequiredService<JobStore>(), services.GetRequiredService<DeliveryStore>(), services.GetRequiredService<TenantStore>(),
            services.GetRequiredService<ReplayStore>());
        await AskForReceiversAsync(services.GetRequiredService<ReceiverStore>());
        await AskForWorkersAsync(services);
        await AskWhatIsOverAsync(services);

        Assert.Equal(Askers().Order(), _silence.Askers.Intersect(Askers()).Order());
        Assert.Contains(_silence.Sent, sql => sql.Contains("INSERT INTO", StringComparison.Ordinal));
        foreach (var sql in _silence.Sent)
            TransactSql.Parse(sql);
    }

    [Fact]
    public async Task Compare_ids_in_the_database()
    {
        await using var services = Register();
        await services.GetRequiredService<JobStore>().ListAsync(
            TenantStore.DefaultId, new(null, null, null, null, Id<Job>.New(TestStorage.Start), 10), _stop);

        Assert.Matches(@"\[j\]\.\[Id\] < @", Assert.Single(_silence.Sent));
    }

    private async Task AskEverythingAsync(JobStore jobs, DeliveryStore deliveries, TenantStore tenants, ReplayStore replays)
    {
        var (tenant, time) = (TenantStore.DefaultId, TestStorage.Start);
        await jobs.ListAsync(tenant, new(null, null, null, null, null, 10), _stop);
        await jobs.ListAsync(tenant, new(JobStatus.Failed, "echo", time, time, Id<Job>.New(time), 10), _stop);
        await deliveries.ListAsync(tenant, new(null, null, null, null, null, null, null, null, 10), _stop);
        await deliveries.ListAsync(
            tenant,
            new(
                DeliveryStatus.Parked, Id<Job>.New(time), Id<Receiver>.New(time), JobEventType.Failed, "gone", time, time, Id<Delivery>.New(time), 10),
            _stop);
        await deliveries.FindAsync(tenant, Id<Delivery>.New(time), _stop);
        await deliveries.ReplayAsync(tenant, Id<Delivery>.New(time), _stop);
        await deliveries.AttemptsAsync(Id<Delivery>.New(time), 3, 10, _stop);
        await replays.FindAsync(tenant, Id<Replay>.New(time), _stop);
        await replays.ListAsync(tenant, null, 10, _stop);
        await replays.ListAsync(tenant, Id<Replay>.New(time), 10, _stop);
        await tenants.FindAsync(tenant, _stop);
        await tenants.ListKeysAsync(tenant, null, 10, _stop);
        await tenants.ListKeysAsync(tenant, Id<ApiKey>.New(time), 10, _stop);
        await tenants.FindKeyAsync("text", _stop);
        await tenants.FindKeyAsync(tenant, Id<ApiKey>.New(time), _stop);
        await tenants.RevokeKeyAsync(tenant, Id<ApiKey>.New(time), _stop);
        await tenants.EnsureBootstrapKeyAsync(tenant, "text", _stop);
        await tenants.MakeKeyAsync(tenant, "name", Role.Client, null, time, _stop);
    }

    /// <summary>Every method of the storage that asks through Entity Framework.</summary>
    private static List<(string Type, string Method)> Askers()
    {
        var askers = new List<(string, string)>();
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("src/Storage"), "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            for (var at = text.IndexOf(Asks, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Asks, at + 1, StringComparison.Ordinal))
                askers.Add((Path.GetFileNameWithoutExtension(file), AsyncMethod().Matches(text[..at])[^1].Groups[1].Value));
        }
        Assert.True(askers.Count >= 20, $"only {askers.Count} found");
        return [.. askers.Distinct()];
    }

    private async Task AskForWorkersAsync(IServiceProvider services)
    {
        var (tenant, workers) = (TenantStore.DefaultId, services.GetRequiredService<WorkerStore>());
        await workers.ListAsync(tenant, null, 10, _stop);
        await workers.LiveTypesAsync(tenant, _stop);
        await workers.ForgetAsync(_stop);
        await services.GetRequiredService<GateStore>().CountRunningAsync(tenant, _stop);
    }

    private async Task AskWhatIsOverAsync(IServiceProvider services)
    {
        await services.GetRequiredService<OperationsRetention>().RunOnceAsync(10, _stop);
        await services.GetRequiredService<DeliveryRetention>().RunAsync(TestStorage.Start, 10, _stop);
        await Assert.ThrowsAsync<InvalidOperationException>( // where a server would say yes or no, there is nothing
            () => services.GetRequiredService<TenantStore>().HasAdminKeyAsync(TenantStore.DefaultId, _stop));
        await services.GetRequiredService<TenantStore>().EnsureDefaultAsync(_stop);
    }

    private async Task AskForReceiversAsync(ReceiverStore receivers)
    {
        var (tenant, id) = (TenantStore.DefaultId, Id<Receiver>.New(TestStorage.Start));
        await receivers.FindAsync(tenant, id, _stop);
        foreach (var status in Enum.GetValues<ReceiverStatus>())
            await receivers.ListAsync(tenant, new(status, "https://receiver.example:443", id, 10), _stop);
    }

    private ServiceProvider Register() => new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddDatabase(Provider.SqlServer, "Server=nowhere")
        .ConfigureDbContext<SqlServerWebhooksDb>(options => options.AddInterceptors(_silence))
        .AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider())
        .AddSingleton(new JobJson(""))
        .AddWaking()
        .AddSingleton<SecretBox>()
        .AddMetrics().AddSingleton<Measures>().AddSingleton<Durations>().AddSingleton<JobCommits>()
        .AddSingleton<Waker>()
        .AddSingleton<JobStore>()
        .AddSingleton<DeliveryStore>()
        .AddSingleton<ReplayStore>()
        .AddSingleton<OperationsLog>()
        .AddSingleton<ReceiverStore>()
        .AddSingleton<TenantStore>()
        .AddSingleton<GateStore>().AddSingleton<WorkerBook>().AddSingleton<WorkerStore>()
        .AddSingleton<OperationsRetention>().AddSingleton<DeliveryRetention>()
        .Configure<RetentionOptions>(o => o.Delivered = TimeSpan.FromDays(1))
        .BuildServiceProvider();

    [GeneratedRegex(@"async Task(?:<.*>)? (\w+)\(")]
    private static partial Regex AsyncMethod();
}
