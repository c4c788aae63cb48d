using DeliveryEngine;
using DeliveryEngine.Health;
using Storage;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(1));
builder.Services.AddStorage(builder.Configuration);
builder.Services.AddDeliveryEngine(builder.Configuration);

var app = builder.Build();
app.MapHealth();
await app.Services.PrepareStorageAsync(CancellationToken.None);
await app.RunAsync();
