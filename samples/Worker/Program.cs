using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Worker;

// JOBS_URL=http://127.0.0.1:8080 JOBS_KEY=whk_… dotnet run --project samples/Worker [TYPE]
var builder = Host.CreateApplicationBuilder();
var settings = builder.Configuration;
builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
builder.Services
    .AddJobWorker(worker =>
    {
        worker.BaseAddress = new Uri(settings["JOBS_URL"] ?? "http://127.0.0.1:8080");
        worker.ApiKey = settings["JOBS_KEY"];
        worker.Lease = TimeSpan.FromSeconds(int.Parse(settings["JOBS_LEASE"] ?? "60", CultureInfo.InvariantCulture));
        worker.WorkerId = settings["JOBS_WORKER"] ?? worker.WorkerId;
        worker.StopGrace = TimeSpan.FromSeconds(1);
    })
    .AddJobHandler<WordCount>(args.FirstOrDefault() ?? "words.count", concurrency: 4);
await builder.Build().RunAsync();
