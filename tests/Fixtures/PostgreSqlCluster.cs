using System.Diagnostics;

namespace Fixtures;

/// <summary>A PostgreSQL cluster in a temporary folder, on a free loopback port, with its default durability (fsync on).</summary>
internal sealed class PostgreSqlCluster : IAsyncDisposable
{
    // The shell keeps the server and reads its standard input: the pipe from us, which closes however we end, be it by
    // return, by SIGTERM or by kill -9. Then it stops the server it started and removes the folder. Each line before that
    // asks for a restart, as hard as a crash.
    private const string Keeper = """
        set -eu
        trap '' HUP INT TERM
        data=$(mktemp -d -t webhooks-postgresql-XXXXXX)
        trap 'rm -rf "$data"' EXIT

        "$BIN/initdb" --pgdata="$data" --username=postgres --auth=trust --encoding=UTF8 --no-locale --no-sync >/dev/null
        "$BIN/pg_ctl" start --wait --silent --pgdata="$data" --log="$data/log" --options="$OPTIONS" </dev/null >&2 ||
            { cat "$data/log" >&2; exit 1; }

        echo ready
        while read -r _; do
            "$BIN/pg_ctl" restart --wait --silent --pgdata="$data" --mode=immediate --log="$data/log" --options="$OPTIONS" </dev/null >&2 || true
            echo ready
        done
        "$BIN/pg_ctl" stop --silent --pgdata="$data" --mode=immediate
        """;

    // Closing its standard input is what stops the server.
    private readonly Process keeper;

    private PostgreSqlCluster(Process keeper, int port) => (this.keeper, Port) = (keeper, port);

    public int Port { get; }

    /// <summary>A connection string for the cluster's database <c>postgres</c>.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres";

    /// <summary>Starts a cluster.</summary>
    /// <param name="folder">Where its own folder is made; it must be one that everybody may write to. Default: the machine's temporary one.</param>
    /// <param name="settings">Of the server, besides its own, such as <c>track_commit_timestamp=on</c>.</param>
    /// <exception cref="InvalidOperationException">The binaries are missing, or the server does not start.</exception>
    public static async Task<PostgreSqlCluster> StartAsync(string? folder = null, params string[] settings)
    {
        var port = FreePort.Find();
        var keeper = Process.Start(AsOrdinaryUser(new("/bin/sh", ["-c", Keeper])
        {
            Environment =
            {
                ["BIN"] = FindBinaries(),
                ["TMPDIR"] = folder ?? Path.GetTempPath(),
                ["OPTIONS"] = $"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c max_connections=200"
                    + string.Concat(settings.Select(s => $" -c {s}")),
            },
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }))!;

        var complaint = keeper.StandardError.ReadToEndAsync();
        if (await keeper.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException($"PostgreSQL does not start: {await complaint}");

        return new(keeper, port);
    }

    /// <summary>Ends the server as a crash would, and starts it again: it recovers what was committed.</summary>
    public async Task RestartAsync()
    {
        await keeper.StandardInput.WriteLineAsync("restart");
        await keeper.StandardInput.FlushAsync();
        if (await keeper.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException("PostgreSQL does not start again.");
    }

    public async ValueTask DisposeAsync()
    {
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }

    // PostgreSQL refuses to run as root; Debian's package made a user for it.
    private static ProcessStartInfo AsOrdinaryUser(ProcessStartInfo start)
    {
        if (!Environment.IsPrivilegedProcess) return start;

        string[] prefix = ["--reuid=postgres", "--regid=postgres", "--init-groups", "--", start.FileName];
        for (var i = 0; i < prefix.Length; i++) start.ArgumentList.Insert(i, prefix[i]);
        start.FileName = "setpriv";
        return start;
    }

    private static string FindBinaries() =>
        DebianFolders().Concat(PathFolders()).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
        ?? throw new InvalidOperationException(
            "PostgreSQL's server binaries are missing: install them (Debian, Ubuntu: apt-get install postgresql), "
            + "or name a server in the environment variable ConnectionStrings__PostgreSqlTests.");

    private static IEnumerable<string> DebianFolders()
    {
        const string versions = "/usr/lib/postgresql";
        return Directory.Exists(versions)
            ? Directory.GetDirectories(versions)
                .OrderByDescending(folder => double.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
    }

    private static string[] PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
