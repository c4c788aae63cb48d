using Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Storage.Chores;
using Storage.Deliveries;
using Storage.Gates;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Tests.Databases;

/// <summary>The storage over an empty database of its own, with a clock that stands still until a test moves it.</summary>
internal sealed class TestStorage : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private ServiceProvider _services = null!;
    private string _connection = "";
    private (string Name, string Value)[] _settings = [];
    private readonly List<BackgroundService> _loops = [];
    private SqlServerDatabase? _sqlServer;

    private TestStorage() { }

    public FakeTimeProvider Clock { get; } = new(Start);
    public CancellationToken Stop { get; } = TestContext.Current.CancellationToken;
    public Id<Tenant> Tenant { get; } = TenantStore.DefaultId;
    public Database Database => Get<Database>();
    public JobStore Jobs => Get<JobStore>();
    public JobClaims Claims => Get<JobClaims>();
    public GateStore Gates => Get<GateStore>();
    public JobWriter Writer => Get<JobWriter>();
    public DeliveryStore Deliveries => Get<DeliveryStore>();
    public Sweep Sweep => Get<Sweep>();
    public Retention Retention => Get<Retention>();
    public TenantStore Tenants => Get<TenantStore>();
    public ChoreClaims Chores => Get<ChoreClaims>();
    public string File => _folder.File("webhooks.db");

    /// <summary>A storage whose schema is up to date.</summary>
    public static async Task<TestStorage> OnAsync(On database, params (string Name, string Value)[] settings)
    {
        var storage = await OnEmptyAsync(database, settings);
        await storage._services.PrepareStorageAsync(storage.Stop);
        return storage;
    }

    /// <summary>A storage whose database has no table yet.</summary>
    public static async Task<TestStorage> OnEmptyAsync(On database, params (string Name, string Value)[] settings)
    {
        var storage = new TestStorage { _settings = settings };
        var connection = database switch
        {
            On.Sqlite => $"Data Source={storage.File}",
            On.PostgreSql => await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("storage"),
            _ => (storage._sqlServer = await SqlServerDatabase.CreateAsync()).ConnectionString,
        };
        storage._connection = connection;
        storage._services = Register(database, connection, storage._folder.File("keys"), storage.Clock, _ => { }, settings);
        return storage;
    }

    /// <summary>Another process on the same database, with a clock of its own.</summary>
    public TestStorage Neighbour(On database, Action<IServiceCollection>? configure = null)
    {
        var storage = new TestStorage { _connection = _connection };
        storage._services = Register(database, _connection, storage._folder.File("keys"), storage.Clock, configure ?? (_ => { }), _settings);
        return storage;
    }

    /// <summary>Starts what runs beside requests in a host: hearing of other processes, and looking after watched jobs.</summary>
    public async Task<TestStorage> StartLoopsAsync()
    {
        foreach (var loop in _services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            _loops.Add(loop);
            await loop.StartAsync(Stop);
        }
        return this;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _loops)
            await loop.StopAsync(CancellationToken.None);
        await CloseIdleConnectionsAsync();
        await _services.DisposeAsync();
        if (_sqlServer is not null)
            await _sqlServer.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Each database has a pool of its own, and a server has only so many connections for all tests.</summary>
    private async Task CloseIdleConnectionsAsync()
    {
        await using var db = Database.CreateContext();
        if (db.Database.GetDbConnection() is NpgsqlConnection connection)
            NpgsqlConnection.ClearPool(connection);
    }

    private static ServiceProvider Register(
        On database, string connection, string keys, TimeProvider clock, Action<IServiceCollection> configure,
        (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Provider"] = database.ToString(),
            ["ConnectionStrings:Webhooks"] = connection,
            ["Security:KeyRing"] = keys,
            ["Results:Folder"] = keys + "-results",
        }).AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton(clock).AddStorage(configuration);
        configure(services);
        return services.BuildServiceProvider();
    }
}
