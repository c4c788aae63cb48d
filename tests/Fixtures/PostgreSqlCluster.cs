using System.Diagnostics;

namespace Fixtures;

/// <summary>A PostgreSQL cluster in a temporary folder, on a free loopback port, with its default durability (fsync on).</summary>
internal static class PostgreSqlCluster
{
    // The shell keeps the server and reads its standard input: the pipe from us, which closes however we end, be it by
    // return, by SIGTERM or by kill -9. Then it stops the server it started and removes the folder.
    private const string Keeper = """
        set -eu
        trap '' HUP INT TERM
        data=$(mktemp -d -t webhooks-postgresql-XXXXXX)
        trap 'rm -rf "$data"' EXIT

        "$BIN/initdb" --pgdata="$data" --username=postgres --auth=trust --encoding=UTF8 --no-locale --no-sync >/dev/null
        "$BIN/pg_ctl" start --wait --silent --pgdata="$data" --log="$data/log" --options="$OPTIONS" </dev/null >&2 ||
            { cat "$data/log" >&2; exit 1; }

        echo ready
        read -r _ || true
        "$BIN/pg_ctl" stop --silent --pgdata="$data" --mode=immediate
        """;

    // Never disposed: closing its standard input is what stops the server.
    private static Process? keeper;

    /// <summary>Starts the cluster and returns a connection string for its database <c>postgres</c>.</summary>
    /// <exception cref="InvalidOperationException">The binaries are missing, or the server does not start.</exception>
    public static async Task<string> StartAsync()
    {
        var port = FreePort.Find();
        keeper = Process.Start(AsOrdinaryUser(new("/bin/sh", ["-c", Keeper])
        {
            Environment =
            {
                ["BIN"] = FindBinaries(),
                ["OPTIONS"] = $"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c max_connections=200",
            },
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }))!;

        var complaint = keeper.StandardError.ReadToEndAsync();
        if (await keeper.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException($"PostgreSQL does not start: {await complaint}");

        return $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
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
