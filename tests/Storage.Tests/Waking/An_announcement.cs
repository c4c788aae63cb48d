using Storage.Jobs;
using Storage.Tests.Databases;
using Storage.Waking;

namespace Storage.Tests.Waking;

public sealed class An_announcement
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Says_what_is_due_and_how_far_each_job_is(bool jobs, bool deliveries)
    {
        var (one, two) = (Id<Job>.New(TestStorage.Start), Id<Job>.New(TestStorage.Start));
        var announcement = new Announcement();
        announcement.Add([Event(one, 1, JobEventType.Enqueued), Event(two, 7, JobEventType.Failed), Event(one, 2, JobEventType.Started)], jobs, deliveries);
        announcement.Add([], false, false);

        var heard = Announcement.Read(announcement.ToText("me"), out var sender);

        Assert.Equal(("me", jobs, deliveries, false), (sender, heard.JobsAreDue, heard.DeliveriesAreDue, heard.AnyMayHaveMoved));
        Assert.Equal(new() { [one] = (2, false), [two] = (7, true) }, heard.Moved.ToDictionary());
    }

    [Theory]
    [InlineData(180, false)]
    [InlineData(181, true)]
    [InlineData(10_000, true)]
    public void Fits_into_a_notification_however_many_jobs_moved(int count, bool any)
    {
        var announcement = new Announcement();
        announcement.Add(
            Enumerable.Range(0, count).Select(_ => Event(Id<Job>.New(TestStorage.Start), int.MaxValue, JobEventType.Succeeded)), true, true);

        var text = announcement.ToText("0123456789abcdef");

        Assert.InRange(text.Length, 1, 7999);
        var heard = Announcement.Read(text, out _);
        Assert.Equal((any, any ? 0 : count), (heard.AnyMayHaveMoved, heard.Moved.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("me")]
    [InlineData("me j job_1:2")]
    [InlineData("me j :")]
    [InlineData("me j job_00000000000000000000000000:-1")]
    [InlineData("me j job_00000000000000000000000000:99999999999")]
    public void That_cannot_be_read_never_hides_that_something_happened(string text)
    {
        var heard = Announcement.Read(text, out _);

        Assert.True(heard.AnyMayHaveMoved || heard is { JobsAreDue: true, DeliveriesAreDue: true });
    }

    private static JobEvent Event(Id<Job> id, int seq, JobEventType type) =>
        new() { JobId = id, Seq = seq, Type = type, Body = [], CreatedAt = TestStorage.Start };
}
