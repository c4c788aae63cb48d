using Faults;
using Faults.Bugs;
using Faults.Histories;
using Faults.Stepping;

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync($"{wrong.Message}\n\n{Options.Usage}");
    return 2;
}

if (options.Judge is { } earlier)
    return Report.Write(HistoryLog.Read(Path.Combine(earlier, "history")), Console.Out) == 0 ? 0 : 1;

Console.WriteLine($"seed {options.Seed}");
var folder = options.Folder ?? Directory.CreateTempSubdirectory("faults-").FullName;
var found = options switch
{
    { Bugs: not null } => await new BugSuite(options, Console.Out).RunAsync(folder),
    { Migrations: not null } => (await new MigrationLoop(options, Console.Out).RunAsync(folder)).Stuck,
    _ => Report.Write(await RecordAsync(), Console.Out),
};
if (found > 0 || options.Folder is not null)
    Console.WriteLine($"The logs are in {folder}.");
else
    Directory.Delete(folder, recursive: true);
return found == 0 ? 0 : 1;

async Task<History> RecordAsync() => options.Failpoints is null
    ? await new Run(options, Console.Out).RecordAsync(folder)
    : (await new FailpointLoop(options, Console.Out).RecordAsync(folder)).History;
