// A receiver to copy. Start it with the secret that the sender shows you:
//   Webhooks__Secrets__0=whsec_… dotnet run --project samples/Receiver
// During a rotation list both, the old and the new one.
using System.Collections.Concurrent;
using System.Text.Json;
using WebhookVerifier;
using WebhookVerifier.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
var app = builder.Build();

var secrets = builder.Configuration.GetSection("Webhooks:Secrets").Get<string[]>() ?? [OneForThisRun()];
var received = new ConcurrentDictionary<string, int>();

app.MapWebhook("/hooks", secrets, (WebhookEvent<JsonElement> webhook, CancellationToken stop) =>
{
    // Whatever is done here is done once per event, unless it throws or the process dies: then it is done again.
    received.AddOrUpdate(webhook.Type, 1, (_, count) => count + 1);
    Console.WriteLine($"{webhook.Timestamp:u} {webhook.Type} {webhook.Id}");
    return Task.CompletedTask;
});

app.MapGet("/received", () => new { total = received.Values.Sum(), by_type = received });

app.Run();

// Lets a first try begin without any configuration; the secret is shown once, here, so that the sender can be told.
static string OneForThisRun()
{
    var secret = WebhookSecret.Generate().Reveal();
    Console.WriteLine($"No Webhooks:Secrets configured. For this run only: {secret}");
    return secret;
}
