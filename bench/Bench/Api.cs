using System.Net.Http.Headers;
using System.Text;
using JobApi;

namespace Bench;

/// <summary>What the service accepts over HTTP.</summary>
internal static class Api
{
    /// <summary><c>POST /jobs</c> over 64 connections; each is durable before its answer. Nobody works on them meanwhile.</summary>
    public static async Task<Figure> AcceptAsync(Settings settings, int count)
    {
        await using var app = await StartAsync(settings);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxConnectionsPerServer = 64 });
        client.BaseAddress = new Uri(app.Urls.First());
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.Values["Security:BootstrapKey"]);
        var body = Encoding.UTF8.GetBytes($$"""{"type":"bench","input":["{{new string('x', 200)}}"]}""");
        await Measure.InParallelAsync(200, 64, PostAsync);
        var figure = await Measure.RateAsync(count, () => Measure.InParallelAsync(count, 64, PostAsync));
        await app.StopAsync();
        return figure;

        async Task PostAsync(int i)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await client.PostAsync("/jobs", content);
            answer.EnsureSuccessStatusCode();
        }
    }

    private static async Task<WebApplication> StartAsync(Settings settings)
    {
        var builder = JobApiHost.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection(settings.Values);
        var app = await builder.BuildJobApiAsync();
        await app.StartAsync();
        return app;
    }
}
