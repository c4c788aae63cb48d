using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace JobApi.Tests.Secrets;

/// <summary>A receiver that answers with what it was sent, headers too; <c>/fail</c> with 500, <c>/gone</c> with 410.</summary>
internal sealed class Echo(WebApplication app) : IAsyncDisposable
{
    public ConcurrentQueue<string> Seen { get; } = new();

    public string Url => app.Urls.First();

    public static async Task<Echo> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var echo = new Echo(builder.Build());
        echo.Listen();
        await echo.StartListeningAsync();
        return echo;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task StartListeningAsync() => app.StartAsync(TestContext.Current.CancellationToken);

    private void Listen() => app.Run(async context =>
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var text = string.Join('\n', context.Request.Headers.Select(h => $"{h.Key}: {h.Value}")) + "\n" + await reader.ReadToEndAsync(context.RequestAborted);
        Seen.Enqueue(text);
        context.Response.StatusCode = context.Request.Path.Value switch { "/fail" => 500, "/gone" => 410, _ => 200 };
        await context.Response.WriteAsync(text, context.RequestAborted);
    });
}
