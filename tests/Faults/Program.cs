using Faults;
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
    return Report.Write(HistoryLog.Read(earlier), Console.Out) == 0 ? 0 : 1;

Console.WriteLine($"seed {options.Seed}");
var folder = options.Folder ?? Directory.CreateTempSubdirectory("faults-").FullName;
var found = Report.Write(await RecordAsync(), Console.Out);
if (found > 0 || options.Folder is not null)
    Console.WriteLine($"The logs are in {folder}.");
else
    Directory.Delete(folder, recursive: true);
return found == 0 ? 0 : 1;

async Task<History> RecordAsync()
{
    if (options.Failpoints is null)
        return await new Run(options, Console.Out).RecordAsync(folder);
    var (history, failed) = await new FailpointLoop(options, Console.Out).RecordAsync(folder);
    Console.WriteLine($"{failed} steps failed, each in a run of its own; the next one was not reached.");
    return history;
}
