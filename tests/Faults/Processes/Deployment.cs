using System.Globalization;
using Faults.Histories;
using Fixtures;
using Npgsql;

namespace Faults.Processes;

/// <summary>The service as it is deployed: one process on SQLite; on PostgreSQL, API and engines apart, each with its own way to the database.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    public const string Key = "faults-key-0123456789-0123456789";
    private static readonly TimeSpan WrongBy = TimeSpan.FromMinutes(5);
    private readonly List<Proxy> _proxies = [];

    private readonly string _programs;

    private Deployment(string folder, string programs) => (Folder, _programs) = (Directory.CreateDirectory(folder).FullName, programs);

    public string Folder { get; }

    /// <summary>A file with the milliseconds that the processes take to resolve a name.</summary>
    public string NamesFile => Path.Combine(Folder, "names");

    public List<ServiceProcess> Processes { get; } = [];

    public IEnumerable<ServiceProcess> Doors => Processes.Where(p => p.Name.StartsWith("api", StringComparison.Ordinal));

    public Uri AnyDoor(Random random)
    {
        var doors = Doors.ToList();
        return doors[random.Next(doors.Count)].Address;
    }

    public required DatabaseReader Reader { get; init; }

    /// <summary>What the database's files lie on; null where a disk of one's own can't be had.</summary>
    public Disk? Disk { get; private init; }

    /// <summary>The server, where the database has one.</summary>
    public PostgreSqlCluster? Cluster { get; private init; }

    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromSeconds(20) })
    {
        Timeout = TimeSpan.FromSeconds(15), DefaultRequestHeaders = { { "Authorization", "Bearer " + Key } },
    };

    public static async Task<Deployment> OnSqliteAsync(string folder, string programs, IReadOnlyDictionary<string, string> settings)
    {
        var deployment = OnFile(folder, programs, settings);
        return await deployment.StartedAsync();
    }

    private static Deployment OnFile(string folder, string programs, IReadOnlyDictionary<string, string> settings)
    {
        var disk = Disk.TryMount();
        var connection = $"Data Source={Path.GetFullPath(Path.Combine(disk?.Folder ?? folder, "webhooks.db"))}";
        var deployment = new Deployment(folder, programs) { Disk = disk, Reader = DatabaseReader.OfSqlite(connection + ";Pooling=false") };
        deployment.Add("api", "JobApi", settings, null, ("ConnectionStrings__Webhooks", connection), ("Storage__Provider", "Sqlite"));
        return deployment;
    }

    private static async Task<Deployment> OnServerAsync(string folder, string programs)
    {
        var disk = Disk.TryMount();
        try
        {
            var cluster = await PostgreSqlCluster.StartAsync(disk?.Folder);
            return new Deployment(folder, programs) { Disk = disk, Cluster = cluster, Reader = DatabaseReader.OfPostgreSql(cluster.ConnectionString + ";Pooling=false") };
        }
        catch
        {
            disk?.Dispose();
            throw;
        }
    }

    public static async Task<Deployment> OnPostgreSqlAsync(string folder, string programs, IReadOnlyDictionary<string, string> settings, int engines)
    {
        var deployment = await OnServerAsync(folder, programs);
        for (var i = 1; i <= 2; i++)
            deployment.AddOnServer($"api{i}", "JobApi", settings, ("Engine__Embedded", "false"));
        for (var i = 1; i <= engines; i++)
            deployment.AddOnServer($"engine{i}", "DeliveryEngine", settings, ("Deliveries__Name", $"engine{i}"));
        // No two machines agree: the API's first is behind and its second ahead, and so are the engines.
        foreach (var process in deployment.Processes)
            process.ClockShift = process.Name[^1] % 2 == 0 ? WrongBy : -WrongBy;
        return await deployment.StartedAsync();
    }

    /// <summary>One process that does everything, not yet started.</summary>
    public static async Task<Deployment> AloneAsync(string database, string folder, string programs, IReadOnlyDictionary<string, string> settings)
    {
        var deployment = database == "Sqlite" ? OnFile(folder, programs, settings) : await OnServerAsync(folder, programs);
        if (database != "Sqlite")
            deployment.AddOnServer("api", "JobApi", settings, ("Engine__Embedded", "true"));
        return deployment;
    }

    /// <summary>Ends all of the service's connections in the server, as an administrator may.</summary>
    public async Task TerminateConnectionsAsync()
    {
        await using var connection = new NpgsqlConnection(Cluster!.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity AS a WHERE a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Takes everything out of the database, as it was before the first start.</summary>
    public async Task EmptyAsync()
    {
        foreach (var file in Directory.GetFiles(Disk?.Folder ?? Folder, "webhooks.db*"))
            File.Delete(file);
        if (Cluster is null)
            return;
        await using var connection = new NpgsqlConnection(Cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public", connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
            await process.DisposeAsync();
        foreach (var proxy in _proxies)
            await proxy.DisposeAsync();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
        Disk?.Dispose();
        Client.Dispose();
    }

    private void AddOnServer(string name, string program, IReadOnlyDictionary<string, string> settings, (string, string) more)
    {
        var proxy = new Proxy(Cluster!.Port);
        _proxies.Add(proxy);
        // Short waits, as an operator would set them: a lost connection is noticed, and tried again, within seconds.
        var connection = $"Host=127.0.0.1;Port={proxy.Port};Username=postgres;Database=postgres;Timeout=5;Command Timeout=10;Maximum Pool Size=20";
        Add(name, program, settings, proxy, ("ConnectionStrings__Webhooks", connection), ("Storage__Provider", "PostgreSql"), more);
    }

    private void Add(string name, string program, IReadOnlyDictionary<string, string> settings, Proxy? proxy, params (string Name, string Value)[] more)
    {
        var all = new Dictionary<string, string>(settings)
        {
            ["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Find()}"),
            ["Security__BootstrapKey"] = Key,
            ["Security__KeyRing"] = Path.Combine(Folder, "keys"),
            ["Results__Folder"] = Path.Combine(Disk?.Folder ?? Folder, "results"),
            ["Deliveries__Name"] = name,
            [Inside.Settings.NamesFileName] = NamesFile,
            ["Logging__LogLevel__Default"] = "Warning",
        };
        foreach (var (key, value) in more)
            all[key] = value;
        Processes.Add(new ServiceProcess(name, Path.Combine(_programs, program + ".dll"), all, Folder) { Proxy = proxy });
    }

    /// <summary>All of it is ready, or none of it is left.</summary>
    private async Task<Deployment> StartedAsync()
    {
        try
        {
            foreach (var process in Processes)
                process.Start();
            foreach (var process in Processes)
                if (!await process.UntilReadyAsync(Client, CancellationToken.None))
                    throw new InvalidOperationException($"{process.Name} does not start: see {Path.Combine(Folder, process.Name)}.log.");
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }
}
