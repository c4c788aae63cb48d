using System.Text.Json;
using Webhooks.Handlers;

namespace JobApi.Tests.Handlers;

public sealed class A_job_in_process(Stage stage) : IClassFixture<Stage>
{
    [Fact]
    public async Task succeeds_with_what_its_handler_returns()
    {
        stage.Script.Run = (input, context) => Task.FromResult<object?>(new
        {
            Echo = input, context.Attempt, context.MaxAttempts, context.Type, Token = context.IdempotencyToken, context.JobId,
        });
        var id = await stage.SubmitAsync(""","input":{"n":1.0}""");

        await stage.WorkAsync();

        var job = await stage.JobAsync(id);
        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Assert.Equal(
            $$"""{"echo":{"n":1.0},"attempt":1,"max_attempts":3,"type":"scripted","token":"{{id}}","job_id":"{{id}}"}""",
            job.GetProperty("result").GetRawText());
        var result = await stage.Service.GetAsync($"/jobs/{id}/result");
        Assert.Equal((200, "\"v3\"", job.GetProperty("result").GetRawText()), (result.Status, result.Header("ETag"), result.Body));
        Assert.Equal(304, (await stage.Service.GetAsync($"/jobs/{id}/result", Service.AdminKey, ("If-None-Match", "\"v3\""))).Status);
    }

    [Fact]
    public async Task reads_its_input_as_its_handler_wants_it()
    {
        var id = await stage.Service.SubmitAsync("""{"type":"typed","input":{"article":"nut","count":2}}""");

        await stage.WorkAsync();

        Assert.Equal("""{"article":"nut","count":4}""", (await stage.JobAsync(id)).GetProperty("result").GetRawText());
    }

    [Theory]
    [InlineData("""{"article":"nut","count":"two"}""", "input.count")]
    [InlineData("""[]""", "input")]
    [InlineData("null", "input")]
    public async Task fails_at_once_with_an_input_that_its_handler_cannot_read(string input, string named)
    {
        var id = await stage.Service.SubmitAsync($$"""{"type":"typed","input":{{input}}}""");

        await stage.WorkAsync();

        var job = await stage.JobAsync(id);
        Assert.Equal(("failed", 1), (job.GetProperty("status").GetString(), job.GetProperty("attempt").GetInt32()));
        Assert.Equal("invalid_input", job.GetProperty("error").GetProperty("code").GetString());
        Assert.StartsWith(named, job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task tells_its_progress_once_a_second_and_the_last_of_it_for_sure()
    {
        stage.Script.Does(async context =>
        {
            await context.ReportProgressAsync(10, "begun");
            await context.ReportProgressAsync(20);
            await context.ReportProgressAsync(30);
            stage.Advance(2);
            await context.ReportProgressAsync(40, "half\0way");
            await context.ReportProgressAsync(99);
            return null;
        });
        var id = await stage.SubmitAsync();

        await stage.WorkAsync();

        var told = await stage.EventsAsync(id, "job.progress");
        Assert.Equal([10, 40], told.Select(e => e.GetProperty("data").GetProperty("progress").GetDouble()));
        var job = await stage.JobAsync(id);
        Assert.Equal((99, "half\ufffdway"), (job.GetProperty("progress").GetDouble(), job.GetProperty("progress_message").GetString()));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100.5)]
    [InlineData(double.NaN)]
    public async Task refuses_progress_beyond_0_to_100(double percent)
    {
        stage.Script.Does(async context =>
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => context.ReportProgressAsync(percent));
            return "refused";
        });
        var id = await stage.SubmitAsync();

        await stage.WorkAsync();

        Assert.Equal("succeeded", await stage.StatusAsync(id));
    }

    [Fact]
    public async Task gives_out_parts_of_its_work_in_order()
    {
        stage.Script.Does(async context =>
        {
            await Task.WhenAll(Enumerable.Range(1, 20).Select(i => context.OutputAsync(new { Part = i })));
            return null;
        });
        var id = await stage.SubmitAsync();

        await stage.WorkAsync();

        var parts = await stage.EventsAsync(id, "job.output");
        Assert.Equal(Enumerable.Range(1, 20), parts.Select(e => e.GetProperty("data").GetProperty("output").GetProperty("part").GetInt32()));
    }

    [Fact]
    public async Task goes_on_from_its_checkpoint_at_the_next_attempt()
    {
        stage.Script.Does(async context =>
        {
            var done = context.Checkpoint<int?>();
            if (done is not null)
                return new { Before = done, context.Attempt };
            await context.SaveCheckpointAsync(7);
            Assert.Equal(7, context.Checkpoint<int>());
            throw new JobFailedException("flaky", "Not this time.", retryAfter: TimeSpan.FromSeconds(3));
        });
        var id = await stage.SubmitAsync();

        await stage.WorkAsync();
        var waiting = await stage.JobAsync(id);
        stage.Advance(3);
        await stage.WorkAsync();

        Assert.Equal(("pending", "retry_wait"), (waiting.GetProperty("status").GetString(), waiting.GetProperty("pending_reason").GetString()));
        Assert.Equal("flaky", waiting.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("""{"before":7,"attempt":2}""", (await stage.JobAsync(id)).GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task waits_longer_after_each_failure_and_fails_for_good_after_the_last()
    {
        stage.Script.Does(_ => throw new InvalidOperationException("secret inner text"));
        var id = await stage.SubmitAsync(""","max_attempts":3""");

        await stage.WorkAsync();
        await AssertWaitAsync(10, 11);
        await AssertWaitAsync(20, 22);

        var job = await stage.JobAsync(id);
        Assert.Equal(("failed", 3), (job.GetProperty("status").GetString(), job.GetProperty("attempt").GetInt32()));
        Assert.Equal("handler_error", job.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(nameof(InvalidOperationException), job.GetProperty("error").GetProperty("message").GetString());
        Assert.Contains(id, (await stage.Service.GetAsync("/jobs?status=failed")).Body, StringComparison.Ordinal);

        async Task AssertWaitAsync(double least, double most)
        {
            var job = await stage.JobAsync(id);
            var wait = job.GetProperty("next_attempt_at").GetDateTimeOffset() - stage.Service.Clock.GetUtcNow();
            Assert.InRange(wait.TotalSeconds, least, most);
            stage.Advance(least - 1);
            await stage.WorkAsync();
            Assert.Equal("pending", await stage.StatusAsync(id));
            stage.Advance(most - least + 2);
            await stage.WorkAsync();
        }
    }

    [Fact]
    public async Task is_not_tried_again_where_its_handler_says_so()
    {
        stage.Script.Does(_ => throw new JobFailedException("no_such_thing", new string('x', 5000), retryable: false));
        var id = await stage.SubmitAsync();

        await stage.WorkAsync();

        var error = (await stage.JobAsync(id)).GetProperty("error");
        Assert.Equal(("no_such_thing", 4000), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()!.Length));
        (await stage.Service.GetAsync($"/jobs/{id}/result")).MustRefuse(409, "job_failed");
    }

    [Fact]
    public async Task fails_with_a_result_larger_than_1_mib()
    {
        stage.Script.Does(_ => Task.FromResult<object?>(new string('x', 1024 * 1024)));
        var id = await stage.SubmitAsync();

        await stage.WorkAsync();

        Assert.Equal("result_too_large", (await stage.JobAsync(id)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task that_nobody_started_in_time_fails()
    {
        var id = await stage.SubmitAsync(""","run_at":"2040-01-01T00:00:00Z","start_by":"2040-01-01T00:00:00Z" """);
        stage.Service.Clock.SetUtcNow(new DateTimeOffset(2040, 1, 1, 0, 0, 1, TimeSpan.Zero));

        await stage.WorkAsync();

        JsonElement job = await stage.JobAsync(id);
        Assert.Equal(("failed", 0), (job.GetProperty("status").GetString(), job.GetProperty("attempt").GetInt32()));
        Assert.Equal("deadline_exceeded", job.GetProperty("error").GetProperty("code").GetString());
    }
}
