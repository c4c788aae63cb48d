using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Webhooks.Contract;

/// <summary>How the contract is written and read: <c>snake_case</c>, absent when null, times in UTC, UTF-8 left as it is.</summary>
public static class ContractJson
{
    /// <summary>
    /// For writing, and for reading what the service says: members that this version doesn't know are skipped, so that the service may
    /// grow.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Sealed(new());

    /// <summary>
    /// For reading requests: unknown members, duplicated members and anything deeper than 32 levels are a <see cref="JsonException"/>.
    /// Writes as <see cref="Options"/> does.
    /// </summary>
    public static JsonSerializerOptions Strict { get; } = Sealed(new(JsonSerializerOptions.Strict) { MaxDepth = 32 });

    /// <summary>Gives options of another owner, such as a web framework's, the manners of the contract.</summary>
    /// <param name="options">Options that are not read-only yet; strictness and depth stay as they are.</param>
    public static void Apply(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        // The default escapes everything that isn't ASCII, because the text might end up inside HTML. Ours ends up in JSON bodies.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new UtcTimeConverter());
        options.TypeInfoResolverChain.Insert(0, ContractJsonContext.Default);
        if (JsonSerializer.IsReflectionEnabledByDefault)
            options.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
    }

    private static JsonSerializerOptions Sealed(JsonSerializerOptions options)
    {
        Apply(options);
        options.MakeReadOnly();
        return options;
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SubmitJob))]
[JsonSerializable(typeof(CreateCallback))]
[JsonSerializable(typeof(CreateKey))]
[JsonSerializable(typeof(PutOperationsCallback))]
[JsonSerializable(typeof(CreateReplay))]
[JsonSerializable(typeof(ReplayDocument))]
[JsonSerializable(typeof(ReplayCount))]
[JsonSerializable(typeof(Page<ReplayDocument>))]
[JsonSerializable(typeof(OperationsCallbackDocument))]
[JsonSerializable(typeof(TestCallback))]
[JsonSerializable(typeof(RotateSigningSecret))]
[JsonSerializable(typeof(SigningKeyDocument))]
[JsonSerializable(typeof(SigningKeyList))]
[JsonSerializable(typeof(WebhookKeys))]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(CallbackDocument))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(StreamUrl))]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(DeliveryDocument))]
[JsonSerializable(typeof(AttemptDocument))]
[JsonSerializable(typeof(Page<JobDocument>))]
[JsonSerializable(typeof(Page<CallbackDocument>))]
[JsonSerializable(typeof(Page<KeyDocument>))]
[JsonSerializable(typeof(Page<DeliveryDocument>))]
[JsonSerializable(typeof(Page<AttemptDocument>))]
[JsonSerializable(typeof(ClaimJobs))]
[JsonSerializable(typeof(ClaimedJobs))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(HeartbeatReply))]
[JsonSerializable(typeof(AppendOutputs))]
[JsonSerializable(typeof(OutputsReply))]
[JsonSerializable(typeof(CompleteJob))]
[JsonSerializable(typeof(FailJob))]
[JsonSerializable(typeof(ReleaseJob))]
[JsonSerializable(typeof(Limits))]
[JsonSerializable(typeof(TypeDocument))]
[JsonSerializable(typeof(Page<TypeDocument>))]
[JsonSerializable(typeof(Page<WorkerDocument>))]
[JsonSerializable(typeof(ReceiverDocument))]
[JsonSerializable(typeof(Page<ReceiverDocument>))]
[JsonSerializable(typeof(PatchReceiver))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(ResultReceipt))]
internal sealed partial class ContractJsonContext : JsonSerializerContext;
