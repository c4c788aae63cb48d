using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Webhooks.Contract;

namespace JobApi.Http;

/// <summary>
/// A request body read as strict JSON: UTF-8, the right shape and nothing else, at most 32 levels deep. Either the value is there or the
/// problem to answer with.
/// </summary>
internal sealed class Body<T> : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    private static readonly JsonTypeInfo<T> Shape = (JsonTypeInfo<T>)ContractJson.Strict.GetTypeInfo(typeof(T));

    private static readonly Problem Empty = Problem.Malformed("The body is empty; JSON is expected.");

    private readonly T? _value;
    private readonly Problem? _fault;

    private Body(T value) => _value = value;

    private Body(Problem fault) => _fault = fault;

    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Problem? fault)
    {
        (value, fault) = (_value, _fault);
        return value is not null;
    }

    /// <summary>For a body that may be left out.</summary>
    public bool TryGet(T whenEmpty, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Problem? fault)
    {
        (value, fault) = ReferenceEquals(_fault, Empty) ? (whenEmpty, null) : (_value, _fault);
        return value is not null;
    }

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (context.Request is { ContentLength: 0 } or { ContentLength: null, ContentType: null, Headers.TransferEncoding.Count: 0 })
            return new(Empty);
        if (MediaFault(context.Request) is { } fault)
            return new(fault);
        var reader = context.Request.BodyReader;
        var read = await ReadAllAsync(reader, context.RequestAborted);
        try
        {
            return Parse(read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan : read.Buffer.ToArray());
        }
        finally
        {
            reader.AdvanceTo(read.Buffer.End);
        }
    }

    private static async Task<ReadResult> ReadAllAsync(PipeReader reader, CancellationToken stop)
    {
        try
        {
            var read = await reader.ReadAsync(stop);
            while (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                read = await reader.ReadAsync(stop);
            }
            return read;
        }
        catch (OperationCanceledException)
        {
            throw new BadHttpRequestException("The body took longer than a request may.", StatusCodes.Status408RequestTimeout);
        }
    }

    /// <summary>What the OpenAPI document says about the body.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: false));
        builder.Metadata.Add(DocumentedProblems.Metadata(StatusCodes.Status408RequestTimeout));
    }

    private static Body<T> Parse(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return new(Empty);
        if (!Utf8.IsValid(json))
            return new(Problem.Malformed("The body is not UTF-8."));
        if (JsonText.HasLoneSurrogate(json))
            return new(Problem.Refused("The body escapes half of a surrogate pair (\\ud800 to \\udfff), which is no character."));
        try
        {
            return JsonSerializer.Deserialize(json, Shape) is { } value
                ? new(value)
                : new(Problem.Malformed("The body is null; an object is expected."));
        }
        catch (JsonException error)
        {
            return new(Problem.Malformed(
                $"The body is not strict JSON of the right shape at {error.Path ?? "$"} "
                + $"(line {error.LineNumber + 1}, byte {error.BytePositionInLine}): "
                + "unknown, repeated and missing members, wrong types and more than 32 levels are refused."));
        }
    }

    private static Problem? MediaFault(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media)
            || !media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return Problem.OfStatus(StatusCodes.Status415UnsupportedMediaType);
        var charset = HeaderUtilities.RemoveQuotes(media.Charset);
        return charset.Length == 0 || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? null
            : Problem.Malformed("Content-Type: the charset of JSON is utf-8.");
    }
}
