using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.Client;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Webhooks.Tests;

/// <summary>A service that answers what the test says, and clients of it.</summary>
internal sealed class Service : IDisposable
{
    public const string Key = "whk_only-the-header-may-show-this";

    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly List<ServiceProvider> _owned = [];

    public StepClock Clock { get; } = new();

    public Uri Address => new(_server.Url!);

    public IReadOnlyList<IRequestMessage> Requests => [.. _server.LogEntries.Select(entry => entry.RequestMessage!)];

    public IRequestMessage Request => Assert.Single(Requests);

    /// <summary>Answers calls of this route in turn; the last answer stays.</summary>
    public void Answers(string method, string path, params IResponseBuilder[] answers)
    {
        for (var turn = 0; turn < answers.Length; turn++)
        {
            var mapping = _server.Given(WireMock.RequestBuilders.Request.Create().UsingMethod(method).WithPath(path));
            if (answers.Length > 1)
                mapping = mapping.InScenario($"{method} {path}");
            if (turn > 0)
                mapping = mapping.WhenStateIs(turn);
            if (answers.Length > 1)
                mapping = mapping.WillSetStateTo(Math.Min(turn + 1, answers.Length - 1)); // without a next state a scenario begins again
            mapping.RespondWith(answers[turn]);
        }
    }

    public JobClient Client(Action<JobClientOptions>? configure = null, Action<IHttpClientBuilder>? transport = null, ILoggerProvider? logs = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        if (logs is not null)
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        var http = services.AddJobClient(options =>
        {
            options.BaseAddress = new Uri(_server.Url!);
            options.ApiKey = Key;
            options.RetryDelay = TimeSpan.Zero;
            configure?.Invoke(options);
        });
        transport?.Invoke(http);
        var provider = services.BuildServiceProvider();
        _owned.Add(provider);
        return provider.GetRequiredService<JobClient>();
    }

    public static IResponseBuilder Json(int status, string body) =>
        Response.Create().WithStatusCode(status).WithHeader("Content-Type", "application/json").WithBody(body);

    public static IResponseBuilder Problem(int status, string code, string detail) => Response.Create().WithStatusCode(status)
        .WithHeader("Content-Type", "application/problem+json")
        .WithBody($$"""{"type":"/problems/{{code}}","title":"No.","status":{{status}},"detail":"{{detail}}","code":"{{code}}","field":"type"}""");

    public static IResponseBuilder Status(int status) => Response.Create().WithStatusCode(status);

    public void Dispose()
    {
        foreach (var provider in _owned)
            provider.Dispose();
        _server.Dispose();
    }
}

internal static class Requested
{
    public static string? Header(this IRequestMessage request, string name) =>
        request.Headers!.TryGetValue(name, out var values) ? Assert.Single(values) : null;

    public static string Line(this IRequestMessage request) =>
        $"{request.Method} {request.Path}{request.RawQuery}";

    public static JsonNode Json(this IRequestMessage request) => JsonNode.Parse(request.Body!)!;
}
