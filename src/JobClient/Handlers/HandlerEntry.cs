using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Contract;

namespace Webhooks.Handlers;

/// <summary>A type of job and who does it, with the JSON on both sides.</summary>
/// <param name="type">The type of job.</param>
/// <param name="concurrency">How many run at once; null shares the worker's slots with others.</param>
internal abstract class HandlerEntry(string type, int? concurrency)
{
    public string Type => type;

    public int? Concurrency => concurrency;

    /// <summary>Runs one attempt and answers the result as minified JSON.</summary>
    public abstract Task<byte[]> RunAsync(IServiceProvider services, JobContext context, byte[] input);
}

/// <inheritdoc/>
internal sealed class HandlerEntry<THandler, TInput, TResult>(string type, int? concurrency) : HandlerEntry(type, concurrency)
    where THandler : class, IJobHandler<TInput, TResult>
{
    private static readonly JsonTypeInfo<TInput> InputShape = (JsonTypeInfo<TInput>)ContractJson.Options.GetTypeInfo(typeof(TInput));
    private static readonly JsonTypeInfo<TResult> ResultShape = (JsonTypeInfo<TResult>)ContractJson.Options.GetTypeInfo(typeof(TResult));

    public override async Task<byte[]> RunAsync(IServiceProvider services, JobContext context, byte[] input)
    {
        var read = Read(input);
        var result = await services.GetRequiredService<THandler>().RunAsync(read, context);
        return JsonSerializer.SerializeToUtf8Bytes(result, ResultShape);
    }

    private static TInput Read(ReadOnlySpan<byte> input)
    {
        try
        {
            return JsonSerializer.Deserialize(input, InputShape) ?? throw Invalid("input", "it is null");
        }
        catch (JsonException error)
        {
            throw Invalid(error.Path is { Length: > 1 } path ? $"input{path[1..]}" : "input", "it has another type, is missing or is unknown");
        }
    }

    private static JobFailedException Invalid(string member, string why) =>
        new("invalid_input", $"{member}: not what this type of job takes; {why}.", retryable: false);
}
