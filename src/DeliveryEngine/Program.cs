using DeliveryEngine;
using DeliveryEngine.Health;
using Storage;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = MigrateOnly.Without(args), ContentRootPath = AppContext.BaseDirectory });
if (MigrateOnly.IsAsked(args))
{
    await MigrateOnly.RunAsync(builder.Configuration);
    return;
}
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(1));
builder.Services.AddStorage(builder.Configuration);
builder.Services.AddDeliveryEngine(builder.Configuration);
builder.Services.AddMetering(builder.Configuration);

var app = builder.Build();
app.MapHealth();
app.MapEngineMetrics();
await app.Services.PrepareStorageAsync(CancellationToken.None);
await app.RunAsync();
