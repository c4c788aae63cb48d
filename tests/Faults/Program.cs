using Faults;
using Faults.Histories;

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
var found = Report.Write(await new Run(options, Console.Out).RecordAsync(folder), Console.Out);
if (found > 0 || options.Folder is not null)
    Console.WriteLine($"The logs are in {folder}.");
else
    Directory.Delete(folder, recursive: true);
return found == 0 ? 0 : 1;
