using System.Text.Json;
using Webhooks.Handlers;

namespace JobApi.Tests.Handlers;

/// <summary>What the handler of the test does; each test writes its own.</summary>
public sealed class Script
{
    public Func<JsonElement, JobContext, Task<object?>> Run { get; set; } = (_, _) => Task.FromResult<object?>(null);

    public void Does(Func<JobContext, Task<object?>> run) => Run = (_, context) => run(context);
}

/// <summary>A handler of jobs of type <c>scripted</c>.</summary>
public sealed class ScriptedHandler(Script script) : IJobHandler<JsonElement, object?>
{
    public Task<object?> RunAsync(JsonElement input, JobContext context) => script.Run(input, context);
}

/// <summary>The input of <see cref="TypedHandler"/>.</summary>
public sealed record Order(string Article, int Count);

/// <summary>A handler of jobs of type <c>typed</c>.</summary>
public sealed class TypedHandler : IJobHandler<Order, Order>
{
    public Task<Order> RunAsync(Order input, JobContext context) => Task.FromResult(input with { Count = input.Count * 2 });
}
