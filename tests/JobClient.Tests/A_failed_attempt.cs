using Webhooks.Handlers;

namespace Webhooks.Tests;

public sealed class A_failed_attempt
{
    [Fact]
    public void May_be_tried_again_unless_it_says_otherwise()
    {
        Assert.True(new JobFailedException("quota", "Too much.").Retryable);
        Assert.Null(new JobFailedException("quota", "Too much.").RetryAfter);
        Assert.False(new JobFailedException("bad_input", "No.", retryable: false).Retryable);
        Assert.Equal(TimeSpan.FromMinutes(1), new JobFailedException("quota", "Too much.", retryAfter: TimeSpan.FromMinutes(1)).RetryAfter);
    }

    [Fact]
    public void Has_a_code_and_no_wait_into_the_past()
    {
        Assert.Throws<ArgumentException>(() => new JobFailedException(" ", "No."));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JobFailedException("quota", "No.", retryAfter: TimeSpan.FromTicks(-1)));
    }
}
