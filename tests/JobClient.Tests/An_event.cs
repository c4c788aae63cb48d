using System.Text;
using System.Text.Json;
using Webhooks.Contract;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class An_event
{
    [Fact]
    public void Of_progress_says_how_far_the_work_is()
    {
        var happened = Parse("job.progress", ",\"progress\":42.5,\"progress_message\":\"half way\"");

        Assert.Equal((42.5, "half way", "running", 3, JobId), (happened.Progress, happened.ProgressMessage, happened.Status, happened.Seq, happened.JobId));
        Assert.False(happened.IsTerminal);
        Assert.Null(happened.Job);
        Assert.Null(happened.Output);
    }

    [Fact]
    public void Of_output_has_it_in_the_readers_own_type()
    {
        var happened = Parse("job.output", ",\"client_seq\":1,\"output\":{\"word_count\":7}");

        Assert.Equal(new Report(7), happened.OutputAs<Report>());
        Assert.Equal(7, happened.Output!.Value.GetProperty("word_count").GetInt32());
    }

    [Fact]
    public void Of_a_retry_says_why_and_when()
    {
        var happened = Parse("job.retry_scheduled", ",\"attempt\":2,\"error\":{\"code\":\"quota\",\"message\":\"Too much.\"},\"next_attempt_at\":\"2030-01-02T03:04:05Z\"");

        Assert.Equal((2, new JobError("quota", "Too much.")), (happened.Attempt, happened.Error));
        Assert.Equal(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), happened.NextAttemptAt);
    }

    [Fact]
    public void That_is_terminal_has_the_whole_job()
    {
        var document = Job("succeeded", 3, ",\"result_size\":10,\"result_content_type\":\"image/png\",\"new_member\":1");
        var happened = JobEvent.Parse(Encoding.UTF8.GetBytes(
            $$"""{"type":"job.succeeded","timestamp":"2030-01-02T03:04:05Z","data":{"job_id":"{{JobId}}","seq":3,{{document.Trim()[1..]}} }"""));

        Assert.True(happened.IsTerminal);
        Assert.Equal((JobId, 10, "image/png"), (happened.Job!.Id, happened.Job.ResultSize, happened.Job.ResultContentType));
        Assert.Null(happened.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"type":"x","timestamp":"2030-01-02T03:04:05Z","data":{}}""")]
    [InlineData("""{"type":"x","timestamp":"2030-01-02T03:04:05Z","data":[]}""")]
    [InlineData("""{"type":null,"timestamp":"2030-01-02T03:04:05Z","data":{"job_id":"a","seq":1,"status":"running"}}""")]
    [InlineData("""{"type":"x","timestamp":"2030-01-02T03:04:05Z","data":{"job_id":"a","seq":"1","status":"running"}}""")]
    [InlineData("""{"type":"x","timestamp":"2030-01-02T03:04:05Z","data":{"job_id":"a","seq":1.5,"status":"running"}}""")]
    [InlineData("""{"type":"x","timestamp":"2030-01-02T03:04:05Z","data":{"job_id":1,"seq":1,"status":"running"}}""")]
    [InlineData("""{"type":"x","timestamp":"yesterday","data":{"job_id":"a","seq":1,"status":"running"}}""")]
    public void Is_not_what_has_another_shape(string json)
    {
        Assert.Throws<JsonException>(() => JobEvent.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.False(JobEvent.TryParse(Encoding.UTF8.GetBytes(json), out _));
    }

    private static JobEvent Parse(string type, string more) => JobEvent.Parse(Encoding.UTF8.GetBytes(
        $$"""{"type":"{{type}}","timestamp":"2030-01-02T03:04:05Z","data":{"job_id":"{{JobId}}","seq":3,"status":"running"{{more}} } }"""));

    private sealed record Report(int WordCount);
}
