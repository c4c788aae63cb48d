using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Types;
using WireMock.Util;

namespace DeliveryEngine.Tests.Stage;

/// <summary>One WireMock server that plays any number of receivers, told apart by host name.</summary>
internal sealed class Listeners : IDisposable
{
    private readonly ConcurrentDictionary<string, Listener> _byHost = [];
    private readonly WireMockServer _server;
    private readonly TimeProvider _clock;

    public Listeners(TimeProvider clock)
    {
        _clock = clock;
        _server = WireMockServer.Start(settings =>
        {
            settings.DisableJsonBodyParsing = true;
            settings.MaxRequestLogCount = 1;
            settings.PreWireMockMiddlewareInit = app => ((IApplicationBuilder)app).Use(HangUpAsync);
        });
        _server.Given(Request.Create().UsingAnyMethod()).RespondWith(Response.Create().WithCallback(PlayAsync));
    }

    /// <summary>Requests to any of them.</summary>
    public Gauge Everywhere { get; } = new();

    public Listener Add(string host) => _byHost.GetOrAdd(host, _ => new Listener($"http://{host}:{_server.Port}/hook", Everywhere));

    public void Dispose() => _server.Dispose();

    private Task HangUpAsync(HttpContext context, RequestDelegate next)
    {
        if (!_byHost.TryGetValue(context.Request.Host.Host, out var listener) || !listener.HangsUp)
            return next(context);
        context.Abort();
        return Task.CompletedTask;
    }

    private async Task<IResponseMessage> PlayAsync(IRequestMessage request)
    {
        var headers = request.Headers!.SelectMany(h => h.Value.Select(value => KeyValuePair.Create(h.Key.ToLowerInvariant(), value)));
        var received = new Received(request.Method, request.Path, [.. headers], request.BodyAsBytes ?? [], _clock.GetUtcNow());
        var answer = await _byHost[request.Host].ReceiveAsync(received);
        return new ResponseMessage
        {
            StatusCode = answer.Status,
            Headers = answer.Headers.ToDictionary(h => h.Name, h => new WireMockList<string>(h.Value)),
            BodyData = answer.Body.Length == 0 ? null : new BodyData { DetectedBodyType = BodyType.Bytes, BodyAsBytes = answer.Body },
        };
    }
}
