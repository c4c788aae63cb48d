using System.Security.Cryptography;
using Fixtures;
using Webhooks.Contract;

namespace EndToEnd.Running.Workers;

public sealed class A_sample_worker(WorkDay day) : IClassFixture<WorkDay>
{
    public static TheoryData<string> Languages => [.. Language.All.Select(l => l.Name)];

    [Theory]
    [MemberData(nameof(Languages))]
    public void does_real_work(string language)
    {
        var (story, text) = (day.Of(language), File.ReadAllText(Repository.PathOf("LICENSE")));

        Assert.Equal(JobStatuses.Succeeded, story.Counted!.Status);
        Assert.Equal(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, story.Language.Words(story.Counted.Result!.Value));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void stops_when_its_job_is_canceled(string language) => Assert.Equal(JobStatuses.Canceled, day.Of(language).Canceled!.Status);

    [Theory]
    [MemberData(nameof(Languages))]
    public void is_replaced_after_its_lease_when_it_was_killed(string language)
    {
        var (story, job) = (day.Of(language), day.Of(language).Crashed!);

        Assert.Equal((JobStatuses.Succeeded, 2, 1), (job.Status, job.Attempt, job.LostLeases));
        Assert.Equal(3, story.Language.Words(job.Result!.Value));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void changes_nothing_when_it_wakes_up_after_its_lease(string language)
    {
        var story = day.Of(language);

        Assert.Contains("not ours any more", story.ZombieSaid, StringComparison.Ordinal);
        Assert.Equal("stale_fence", story.LateAnswer);
        Assert.Equal((JobStatuses.Succeeded, 2), (story.Stalled!.Status, story.Stalled.Attempt));
        Assert.Equal(2, story.Language.Words(story.Stalled.Result!.Value));
        Assert.Equal(Enumerable.Range(1, story.Stalled.Version), story.EventsOfStalled.Select(e => e.Seq));
        var types = story.EventsOfStalled.Select(e => e.Type).Where(type => type != JobEventTypes.Progress).ToList();
        Assert.Equal(["job.enqueued", "job.started", "job.retry_scheduled", "job.started"], types.Where(t => t != "job.output").SkipLast(1));
        Assert.True(types.Count(t => t == "job.output") <= 1, "The zombie gave something out.");
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void gives_its_job_back_when_it_is_stopped_and_no_attempt_is_used_up(string language)
    {
        var story = day.Of(language);

        Assert.Equal(0, story.ExitCode);
        Assert.True(story.Released is { Status: JobStatuses.Pending, Attempt: 0, LostLeases: null }, $"{story.Released}\n{story.Everything}");
    }

    [Fact]
    public void in_bash_gives_a_program_its_text_and_keeps_what_it_prints() =>
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData("The quick brown fox"u8)) + "  -", day.Programs.Hashed!.Result!.Value.GetString());

    [Fact]
    public void in_bash_reads_a_pdf_with_pdftotext() =>
        Assert.Equal((JobStatuses.Succeeded, "Quarterly report: all is well"), (day.Programs.ReadPdf!.Status, day.Programs.ReadPdf.Result?.GetString()?.Trim()));

    [Fact]
    public void in_bash_keeps_every_character_and_json_as_it_is()
    {
        Assert.Equal(Programs.Odd, day.Programs.EchoedText!.Result!.Value.GetString());
        var json = day.Programs.EchoedJson!.Result!.Value;
        Assert.Equal((2, Programs.Odd), (json.GetProperty("list")[1].GetInt32(), json.GetProperty("text").GetString()));
    }

    [Fact]
    public void in_bash_fails_for_good_with_65_and_is_tried_again_otherwise()
    {
        var (forGood, forNow) = (day.Programs.FailedForGood!, day.Programs.FailedForNow!);

        Assert.Equal((JobStatuses.Failed, 1), (forGood.Status, forGood.Attempt));
        Assert.Equal(new JobError("program_failed", "exit 65: so it goes"), forGood.Error);
        Assert.Equal((JobStatuses.Pending, "exit 3: so it goes"), (forNow.Status, forNow.Error!.Message));
    }
}
