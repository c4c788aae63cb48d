using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Running.Workers;

/// <summary>A website that has one thing to download.</summary>
internal sealed class OnePage : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _path;

    private OnePage(WebApplication app, string path) => (_app, _path) = (app, path);

    public string Url => _app.Urls.First() + _path;

    public static async Task<OnePage> StartAsync(string path, string contentType, byte[] content)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var page = new OnePage(builder.Build(), path);
        page._app.MapGet(path, () => Results.Bytes(content, contentType));
        await page._app.StartAsync();
        return page;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
