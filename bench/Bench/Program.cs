using Bench;
using Bench.Growing;
using Bench.Reading;
using Bench.Scaling;
using Bench.Working;

if (args is ["serve"])
{
    await ServedApp.ServeAsync();
    return;
}

if (args is ["engine"])
{
    await Crew.ServeAsync(Deliveries.StandUpAsync);
    return;
}

if (args is ["worker"])
{
    await Crew.ServeAsync(async settings => await Finishing.StandUpAsync(settings, handler: true));
    return;
}

// dotnet run -c Release --project bench/Bench scaling [count]: deliveries and jobs by 1, 2 and 4 processes on one PostgreSQL, and what each thing costs it
if (args is ["scaling", ..])
{
    await Engines.RunAsync(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 20_000);
    return;
}

// dotnet run -c Release --project bench/Bench growth Sqlite|PostgreSql [largest rows]: what hot statements cost beside a long past
if (args is ["growth", var grown, ..])
{
    await Growth.RunAsync(grown, args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 10_000_000);
    return;
}

// dotnet run -c Release --project bench/Bench reading [latency|rest|talk] [count]: what readers of a job's log get, and what they cost
if (args is ["reading", ..])
{
    var what = args.Length > 1 ? args[1] : "all";
    int Count(int otherwise) => args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
    if (what is "latency" or "all")
        foreach (var (provider, across) in new[] { ("Sqlite", false), ("PostgreSql", false), ("PostgreSql", true) })
            await Latency.MeasureAsync(provider, across, Count(400));
    if (what is "rest" or "all")
        foreach (var provider in new[] { "Sqlite", "PostgreSql" })
            await Crowd.RestAsync(provider, Count(5000));
    if (what is "talk" or "all")
        foreach (var provider in new[] { "Sqlite", "PostgreSql" })
            await Crowd.TalkAsync(provider, Count(1000), perSecond: 5);
    return;
}

// dotnet run -c Release --project bench/Bench replays Sqlite|PostgreSql [count]: how fast parked deliveries are replayed
if (args is ["replays", var database, ..])
{
    await Replays.PrintAsync(database, args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 100_000);
    return;
}

// dotnet run -c Release --project bench/Bench neighbours [Sqlite|PostgreSql|all] [count] [pairs] [largest backlog]: what bad receivers cost good ones
if (args is ["neighbours", ..])
{
    await Neighbours.RunAsync(args[1..]);
    return;
}

// dotnet run -c Release --project bench/Bench workers [Sqlite|PostgreSql|all] [latency|finish|cost|all] [runs] [largest backlog]
if (args is ["workers", ..])
{
    int Number(int at, int otherwise) => args.Length > at ? int.Parse(args[at], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
    await WorkerFigures.PrintAsync(
        args is [_, not "all", ..] ? [args[1]] : ["Sqlite", "PostgreSql"], args.Length > 2 ? args[2] : "all", Number(3, 3), Number(4, 1_000_000));
    return;
}

// dotnet run -c Release --project bench/Bench [Sqlite|PostgreSql|all] [count] [runs]
var providers = args.Length > 0 && args[0] is not "all" ? [args[0]] : new[] { "Sqlite", "PostgreSql" };
var count = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 20_000;
var runs = args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 3;

await using var receiver = await LoopbackReceiver.StartAsync();
await Deliveries.RawAsync(receiver, count); // warm

foreach (var provider in providers)
{
    var raw = new List<Figure>();
    var one = new List<Figure>();
    var many = new List<Figure>();
    var accepts = new List<Figure>();
    var finished = new List<Figure>();
    for (var run = 0; run < runs; run++)
    {
        raw.Add(await Deliveries.RawAsync(receiver, count));
        using (var fresh = await Settings.FreshAsync(provider))
            one.Add(await Deliveries.DrainAsync(fresh, receiver, count, receivers: 1));
        using (var fresh = await Settings.FreshAsync(provider))
            many.Add(await Deliveries.DrainAsync(fresh, receiver, count, receivers: 1000));
        using (var fresh = await Settings.FreshAsync(provider))
            accepts.Add(await Api.AcceptAsync(fresh, count));
        using (var fresh = await Settings.FreshAsync(provider))
            finished.Add(await Finishing.InProcessAsync(fresh, count));
    }
    Report.Print(provider, "raw HttpClient POST", raw, raw);
    Report.Print(provider, "deliveries, one receiver", one, raw);
    Report.Print(provider, "deliveries, 1,000 receivers", many, raw);
    Report.Print(provider, "accepts, 64 connections", accepts);
    Report.Print(provider, "jobs finished, empty handler", finished);
}
