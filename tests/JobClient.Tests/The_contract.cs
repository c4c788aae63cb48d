using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Webhooks.Contract;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class The_contract
{
    [Fact]
    public void Writes_a_job_with_what_it_has_and_nothing_else()
    {
        var job = new JobDocument
        {
            Id = JobId, Type = "research", Status = "running", Version = 2, Progress = 12.5, ProgressMessage = "Über <alles>", Attempt = 1, MaxAttempts = 3, Priority = 5,
            CreatedAt = new DateTimeOffset(2030, 1, 2, 4, 4, 5, 678, TimeSpan.FromHours(1)), StatusUrl = "/jobs/1", EventsUrl = "/jobs/1/events",
            Error = new JobError("timeout", "Too long."), Metadata = new Dictionary<string, string> { ["Team Name"] = "A" },
        };

        const string expected = $$"""
            {"id":"{{JobId}}","type":"research","status":"running","version":2,"progress":12.5,"progress_message":"Über <alles>","attempt":1,
            "max_attempts":3,"priority":5,"created_at":"2030-01-02T03:04:05.678Z","metadata":{"Team Name":"A"},
            "error":{"code":"timeout","message":"Too long."},"status_url":"/jobs/1","events_url":"/jobs/1/events"}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), JsonSerializer.Serialize(job, ContractJson.Options));
    }

    [Fact]
    public void Reads_every_member_of_a_job()
    {
        const string more = """
            ,"progress":100,"progress_message":"done","run_at":"2030-01-01T00:00:00Z","started_at":"2030-01-01T00:00:01Z","finished_at":"2030-01-01T00:00:02Z",
            "expires_at":"2030-01-01T00:00:03Z","next_attempt_at":"2030-01-01T00:00:04Z","pending_reason":"retry_wait","cancel_requested_at":"2030-01-01T00:00:05Z",
            "redrive_of":"job_0","lost_leases":1,"metadata":{"a":"b"},"result":{"a":[1]},"error":{"code":"c","message":"m"},"result_url":"/r",
            "result_size":1,"result_content_type":"a/b"
            """;

        var job = JsonSerializer.Deserialize<JobDocument>(Job("succeeded", 3, more), ContractJson.Options)!;

        Assert.All(typeof(JobDocument).GetProperties(), member => Assert.NotNull(member.GetValue(job)));
        Assert.Equal("\"v3\"", job.ETag);
    }

    [Fact]
    public void Reads_its_other_documents_whole()
    {
        Assert.Equal(11, Read<DeliveryDocument>(Delivery()).Attempts);
        Assert.Equal(1000, Read<AttemptDocument>(Attempt).DurationMs);
        Assert.Equal(["job.succeeded"], Read<CallbackDocument>(Callback).Events);
        Assert.Equal(["research"], Read<KeyDocument>(Key).Types!);
        Assert.All(typeof(ReplayDocument).GetProperties(), member => Assert.NotNull(member.GetValue(Read<ReplayDocument>(Replay))));
        Assert.All(typeof(OperationsCallbackDocument).GetProperties(), member => Assert.NotNull(member.GetValue(Read<OperationsCallbackDocument>(Operations))));
        Assert.All(typeof(AttemptDocument).GetProperties(), member => Assert.NotNull(member.GetValue(Read<AttemptDocument>(Attempt))));

        Assert.All(typeof(ReceiverDocument).GetProperties(), member => Assert.NotNull(member.GetValue(Read<ReceiverDocument>(Receiver))));

        static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, ContractJson.Options)!;
    }

    [Fact]
    public void Lets_answers_grow() =>
        Assert.Equal("pending", JsonSerializer.Deserialize<JobDocument>(Job("pending", 1, ""","mood":"good","status":"pending" """), ContractJson.Options)!.Status);

    [Theory]
    [InlineData("""{"type":"a","mood":"good"}""")]
    [InlineData("""{"type":"a","type":"b"}""")]
    [InlineData("""{"type":"a","Type":"b"}""")]
    [InlineData("""{"priority":"5"}""")]
    [InlineData("""{"metadata":{"a":"1","a":"2"}}""")]
    [InlineData("""{"input":{"a":1,"a":2}}""")]
    [InlineData("""{"callbacks":[{"secret":7}]}""")]
    [InlineData("""{"callbacks":[{"uri":"https://a.example"}]}""")]
    [InlineData("""{"type":"a",}""")]
    [InlineData("""{"type":"a"} {}""")]
    [InlineData("""{"input":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""")]
    public void Reads_requests_strictly(string body) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<SubmitJob>(body, ContractJson.Strict));

    [Fact]
    public void Leaves_out_of_a_request_what_was_not_said()
    {
        var job = JsonSerializer.Deserialize<SubmitJob>("{}", ContractJson.Strict)!;

        Assert.All(typeof(SubmitJob).GetProperties(), member => Assert.Null(member.GetValue(job)));
        Assert.Equal("{}", JsonSerializer.Serialize(job, ContractJson.Options));
    }

    [Theory]
    [InlineData("2030-01-02T03:04:05Z", "2030-01-02T03:04:05.000Z")]
    [InlineData("2030-01-02T03:04:05.123456+02:00", "2030-01-02T01:04:05.123Z")]
    [InlineData("2030-01-02T03:04:05-00:30", "2030-01-02T03:34:05.000Z")]
    public void Reads_times_with_any_offset_and_writes_them_in_utc(string read, string written)
    {
        var time = JsonSerializer.Deserialize<DateTimeOffset>($"\"{read}\"", ContractJson.Options);

        Assert.Equal(TimeSpan.Zero, time.Offset);
        Assert.Equal($"\"{written}\"", JsonSerializer.Serialize(time, ContractJson.Options));
    }

    [Theory]
    [InlineData("\"2030-01-02T03:04:05\"")]
    [InlineData("\"2030-01-02T03:04\"")]
    [InlineData("\"2030-01-02\"")]
    [InlineData("\"soon\"")]
    [InlineData("\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("1893553445")]
    public void Refuses_times_that_mean_something_else_elsewhere(string time) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<DateTimeOffset>(time, ContractJson.Options));

    [Fact]
    public void Is_written_the_same_without_generated_metadata()
    {
        var reflected = new JsonSerializerOptions();
        ContractJson.Apply(reflected);
        reflected.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
        var job = JsonSerializer.Deserialize<JobDocument>(Job("succeeded", 3, ""","result":{"a":[1]},"metadata":{"a":"b"}"""), ContractJson.Options);

        Assert.True(JsonNode.DeepEquals(JsonSerializer.SerializeToNode(job, reflected), JsonSerializer.SerializeToNode(job, ContractJson.Options)));
    }
}
