using Egress;
using Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Storage;

namespace DeliveryEngine.Tests.Stage;

/// <summary>
/// A database of its own, one engine or several on it, receivers on loopback, and a clock that stands still until a test moves it.
/// Storage and engine are registered as in production, but no host runs: turns are taken by hand.
/// </summary>
internal sealed partial class Scene : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _patience =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private readonly List<Node> _nodes = [];
    private readonly Listeners _listeners;
    private readonly Dictionary<string, string?> _settings;

    private Scene(On database, string connection)
    {
        _patience.CancelAfter(TimeSpan.FromSeconds(60)); // real time: a test that hangs fails
        _listeners = new Listeners(Clock);
        _settings = new()
        {
            ["Storage:Provider"] = database.ToString(),
            ["ConnectionStrings:Webhooks"] = connection,
            ["Security:KeyRing"] = _folder.File("keys"),
            ["Egress:Allow:0"] = "127.0.0.0/8",
        };
    }

    public FakeTimeProvider Clock { get; } = new(Start);

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Fires when the test has taken far too long.</summary>
    public CancellationToken Patience => _patience.Token;

    /// <summary>What every engine's names resolve by; at first they all lead to loopback.</summary>
    public ScriptedResolver Resolver { get; } = new();

    /// <summary>The most requests that were under way at the same time, to all receivers.</summary>
    public int MostAtOnce => _listeners.Everywhere.Most;

    /// <summary>The first engine.</summary>
    public Node Node => _nodes[0];

    /// <summary>An empty database and one engine on it.</summary>
    /// <param name="database">Which kind.</param>
    /// <param name="settings">Settings of this scene, as <c>Deliveries:MaxInFlight=4</c>.</param>
    public static async Task<Scene> OnAsync(On database, params string[] settings)
    {
        var scene = await SetAsync(database, settings);
        await scene.Node.PrepareAsync();
        return scene;
    }

    /// <summary>One more engine on the same database, as another process would be.</summary>
    public Node AddNode(params string[] settings)
    {
        var name = $"engine {_nodes.Count + 1}";
        var configuration = Configure([$"Deliveries:Name={name}", .. settings]);
        var services = new ServiceCollection().AddLogging(log => log.SetMinimumLevel(LogLevel.None))
            .AddSingleton<TimeProvider>(Clock).AddSingleton<IResolver>(Resolver)
            .AddStorage(configuration).AddDeliveryEngine(configuration);
        var node = new Node(name, services.BuildServiceProvider(), Patience);
        _nodes.Add(node);
        return node;
    }

    /// <summary>A receiver at a host name of its own.</summary>
    public Listener Listen(string host = "receiver") => _listeners.Add(host);

    public IConfigurationRoot Configure(params string[] settings) => new ConfigurationBuilder().AddInMemoryCollection(_settings)
        .AddInMemoryCollection(settings.Select(s => s.Split('=', 2)).ToDictionary(s => s[0], s => (string?)s[1])).Build();

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        _listeners.Dispose();
        _patience.Dispose();
        _folder.Dispose();
    }

    private static async Task<Scene> SetAsync(On database, string[] settings)
    {
        if (database == On.PostgreSql)
            return Set(new Scene(database, await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("engine")), settings);
        var scene = new Scene(database, "");
        scene._settings["ConnectionStrings:Webhooks"] = $"Data Source={scene._folder.File("webhooks.db")}";
        return Set(scene, settings);
    }

    private static Scene Set(Scene scene, string[] settings)
    {
        foreach (var setting in settings.Select(s => s.Split('=', 2)))
            scene._settings[setting[0]] = setting[1];
        scene.AddNode();
        return scene;
    }
}
