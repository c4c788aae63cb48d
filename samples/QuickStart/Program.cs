// The main job, start to end: work is accepted with 202, done by a worker, delivered as a signed webhook, verified and deduplicated by a
// receiver. Nothing is faked: the service, the engine, HTTP and the files are real.
//   dotnet run --project samples/QuickStart [folder] [--stay]
using QuickStart;
using Webhooks.Client;
using Webhooks.Contract;

var folder = Path.GetFullPath(args.FirstOrDefault(a => a != "--stay") ?? Folders.Repository());
var timeline = new Timeline();
await using var receiver = await Receiver.StartAsync(timeline);
await using var service = await Service.StartAsync(receiver.Address);
var client = service.Client;
timeline.Say("service", $"listens on {service.Address}, SQLite in a temporary folder");
timeline.Say("receiver", $"listens on {receiver.Address}hooks and {receiver.Address}flaky");

var job = await client.SubmitAsync(SubmitJob.For("files.manifest", new ManifestInput(folder)) with
{
    Callbacks =
    [
        new CreateCallback { Url = $"{receiver.Address}hooks", Secret = receiver.Secret },
        new CreateCallback { Url = $"{receiver.Address}flaky", Secret = receiver.Secret },
    ],
});
timeline.Say("agent", $"POST /jobs → 202, {job.Id}, for {folder}");

await foreach (var happened in client.EventsAsync(job.Id))
    timeline.Say("log", EventLine.Of(happened));
var outcome = await client.WaitAsync<Manifest>(job.Id);

var deliveries = await Deliveries.UntilSettledAsync(client, job.Id, timeline);
await client.Deliveries.ReplayAsync(deliveries.First(d => d.Attempts == 1).Id);
timeline.Say("admin", "POST /deliveries/{id}/replay: the receiver gets what it has already handled");
deliveries = await Deliveries.UntilSettledAsync(client, job.Id, timeline);

if (outcome is not JobOutcome<Manifest>.Succeeded { Result: { } manifest })
    return Failed($"the job ended {outcome.Job.Status}: {outcome.Job.Error?.Message}");
if (deliveries.Any(d => d.Status != DeliveryStatuses.Delivered))
    return Failed("a delivery did not arrive");
if ((receiver.Posts("/hooks"), receiver.Handled("/hooks")) != (2, 1) || (receiver.Posts("/flaky"), receiver.Handled("/flaky")) != (2, 1))
    return Failed("the receiver did not see one event, one repeat and one retry");

Tables.Print(manifest);
timeline.Say("done", "accepted, done, signed, delivered, retried, verified, deduplicated");
if (args.Contains("--stay"))
{
    timeline.Say("service", "stays until Ctrl+C");
    await service.UntilStoppedAsync();
}
return 0;

static int Failed(string why)
{
    Console.Error.WriteLine($"QuickStart failed: {why}.");
    return 1;
}
