using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Storage.Chores;
using Storage.Deliveries;
using Storage.Gates;
using Storage.Jobs;
using Storage.Operations;
using Storage.Jobs.Claims;
using Storage.Metering;
using Storage.PostgreSql;
using Storage.Replays;
using Storage.Results;
using Storage.Sql;
using Storage.Sqlite;
using Storage.SqlServer;
using Storage.Tenants;
using Storage.Waking;
using Storage.Workers;

namespace Storage;

/// <summary>Puts the storage into a host: the one place that names a database.</summary>
internal static class StorageRegistration
{
    private const string DefaultConnection = "Data Source=webhooks.db";

    /// <summary>How often work is begun again after a passing fault, about a minute in all, and how long it waits at the most, so that it goes on soon after.</summary>
    private const int Retries = 30;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection("Storage")).ValidateDataAnnotations().ValidateOnStart();
        var provider = configuration.GetValue("Storage:Provider", Provider.Sqlite);
        var connection = configuration.GetConnectionString("Webhooks");
        if (provider != Provider.Sqlite && string.IsNullOrWhiteSpace(connection))
            throw new InvalidOperationException($"Storage:Provider is {provider}, so ConnectionStrings:Webhooks must name the database.");
        services.AddDatabase(provider, connection ?? DefaultConnection);

        services.AddDataProtection().SetApplicationName("Webhooks")
            .PersistKeysToFileSystem(Directory.CreateDirectory(configuration["Security:KeyRing"] ?? "webhooks-keys"));
        services.TryAddSingleton(new JobJson(configuration["Api:PublicUrl"]?.TrimEnd('/') ?? ""));
        services.TryAddSingleton(_ => new DatabaseClock());
        services.TryAddSingleton<TimeProvider>(s => s.GetRequiredService<DatabaseClock>());
        services.AddWaking();
        services.AddMetrics().AddSingleton<Measures>().AddSingleton<Backlogs>();
        services.AddSingleton<Advice>();
        services.AddSingleton<SecretBox>();
        services.AddSingleton<TenantStore>();
        services.AddSingleton<SigningKeyStore>();
        services.AddSingleton<KeyStanding>();
        services.AddSingleton<JobCommits>();
        services.AddSingleton<Durations>();
        services.AddSingleton<JobWriter>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobClaims>();
        services.AddSingleton<GateStore>();
        services.AddSingleton<WorkerBook>();
        services.AddSingleton<WorkerStore>();
        services.AddOptions<RetentionOptions>().Bind(configuration.GetSection("Retention")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Retention>();
        services.AddSingleton<DeliveryRetention>();
        services.AddResultStore(configuration, provider == Provider.Sqlite ? SqliteDatabase.FolderOf(connection ?? DefaultConnection) : "");
        services.AddSingleton<ChoreClaims>();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<ReceiverStore>();
        services.AddSingleton<IdleReceivers>();
        services.AddSingleton<Sweep>();
        services.AddSingleton<Waker>();
        services.AddSingleton<OperationsLog>();
        services.AddSingleton<OperationsCallbacks>();
        services.AddSingleton<OperationsRetention>();
        services.AddSingleton<ReplayStore>();
        services.AddSingleton<ReplayRuns>();
        return services;
    }

    /// <summary>Registers the database of one provider.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services, Provider provider, string connection)
    {
        switch (provider)
        {
            case Provider.PostgreSql:
                var settings = PostgreSqlSettings.Complete(connection);
                services.AddPooledDbContextFactory<PostgreSqlWebhooksDb>(o => o.UseNpgsql(settings, n => n.EnableRetryOnFailure(Retries, LongestWait, null)));
                services.AddSingleton<Database>(s =>
                    new ServerDatabase<PostgreSqlWebhooksDb>(s.GetRequiredService<IDbContextFactory<PostgreSqlWebhooksDb>>(), new PostgreSqlDialect()));
                services.AddSingleton<Announcer>(s => new PostgreSqlAnnouncer(s.GetRequiredService<Database>(), settings));
                break;
            case Provider.SqlServer:
                services.AddPooledDbContextFactory<SqlServerWebhooksDb>(o => o.UseSqlServer(connection, s => s.EnableRetryOnFailure(Retries, LongestWait, null)));
                services.AddSingleton<Database>(s =>
                    new ServerDatabase<SqlServerWebhooksDb>(s.GetRequiredService<IDbContextFactory<SqlServerWebhooksDb>>(), new SqlServerDialect()));
                services.AddSingleton<Announcer, Announcer.Mute>();
                break;
            default:
                var pragmas = new SqliteSettings();
                services.AddPooledDbContextFactory<SqliteWebhooksDb>(o => o.UseSqlite(connection).AddInterceptors(pragmas));
                services.AddSingleton<Database>(s => new SqliteDatabase(s.GetRequiredService<IDbContextFactory<SqliteWebhooksDb>>(), connection));
                services.AddSingleton<Announcer, Announcer.Alone>();
                break;
        }
        return services;
    }

    /// <summary>What wakes those who wait: in this process at once, across processes as the database allows.</summary>
    public static IServiceCollection AddWaking(this IServiceCollection services)
    {
        services.AddSingleton<Bells>().AddSingleton<JobWatches>().AddSingleton<Crier>().AddSingleton<Lookout>();
        return services.AddSingleton<LookoutLoop>().AddHostedService(s => s.GetRequiredService<LookoutLoop>()).AddHostedService<ListeningLoop>();
    }

    /// <summary>Brings the schema up to date, sets the clock and makes the default tenant; to be awaited before the host starts.</summary>
    public static async Task PrepareStorageAsync(this IServiceProvider services, CancellationToken stop)
    {
        var database = services.GetRequiredService<Database>();
        await database.MigrateAsync(stop);
        await services.GetRequiredService<Advice>().GiveAsync(stop);
        await services.GetRequiredService<DatabaseClock>().FollowAsync(database, stop);
        await services.GetRequiredService<TenantStore>().EnsureDefaultAsync(stop);
    }
}
