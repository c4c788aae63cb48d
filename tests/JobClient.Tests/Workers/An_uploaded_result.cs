using System.Text;
using Webhooks.Handlers;
using WireMock.ResponseBuilders;
using static Webhooks.Tests.Samples;
using static Webhooks.Tests.Workers.Workplace;

namespace Webhooks.Tests.Workers;

public sealed class An_uploaded_result : IAsyncLifetime
{
    private readonly Workplace _place = new();

    [Fact]
    public async Task Goes_out_as_its_bytes_and_the_job_is_complete_without_another()
    {
        Has(Receipt);
        _place.Does(context => UploadAsync(context, Bytes("the report"), returns: null));

        await RunAsync();

        var put = Assert.Single(_place.Calls("result"));
        Assert.Equal(("PUT", "7", "application/pdf", "10"), (put.Method, put.Header("Lease-Fence"), put.Header("Content-Type"), put.Header("Content-Length")));
        Assert.Equal("the report", Sent(put));
        Assert.Equal("{}", _place.Call("complete").ToJsonString());
    }

    [Fact]
    public async Task Gives_way_to_what_the_handler_returns()
    {
        Has(Receipt);
        _place.Does(context => UploadAsync(context, Bytes("the report"), returns: 5));

        await RunAsync();

        Assert.Equal("""{"result":5}""", _place.Call("complete").ToJsonString());
    }

    [Fact]
    public async Task Begins_where_its_stream_stands_and_so_does_its_repeat_and_the_stream_stays_open()
    {
        Has(Away, Receipt);
        var content = Bytes("skipped, sent");
        content.Position = 9;
        _place.Does(context => UploadAsync(context, content, returns: null));

        await _place.ClaimAsync();
        await _place.Clock.PassAsync(0.5, 0.75);
        await _place.DrainAsync();

        Assert.Equal(["sent", "sent"], _place.Calls("result").Select(Sent));
        Assert.True(content.CanRead);
        Assert.Single(_place.Calls("complete"));
    }

    [Fact]
    public async Task That_cannot_be_read_twice_is_not_repeated_and_the_next_attempt_may_do_better()
    {
        Has(Away);
        _place.Answers("fail", Taken);
        _place.Does(context => UploadAsync(context, new OneWay("half a report"), returns: null));

        await RunAsync();

        Assert.Equal("half a report", Sent(Assert.Single(_place.Calls("result"))));
        var failure = _place.Call("fail");
        Assert.Equal(("upload_failed", true), (failure["error"]!["code"]!.GetValue<string>(), failure["retryable"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Whose_own_stream_breaks_is_the_handlers_matter()
    {
        Has(Receipt);
        var broken = new InvalidOperationException("the disk is gone");
        Exception? caught = null;
        _place.Does(async context =>
        {
            caught = await Record.ExceptionAsync(() => context.UploadResultAsync(new OneWay("half") { Fault = broken }, "text/plain", context.Stop));
            return "another way";
        });

        await RunAsync();

        Assert.Same(broken, caught);
        Assert.Equal("""{"result":"another way"}""", _place.Call("complete").ToJsonString());
    }

    [Fact]
    public async Task Of_a_lost_job_ends_the_attempt()
    {
        Has(Stale);
        var context = await _place.StartAsync(c => UploadAsync(c, Bytes("late"), returns: null));

        await _place.DrainAsync();

        Assert.Equal(StopReason.LeaseLost, context.StopReason);
        Assert.Empty(_place.Calls("complete"));
    }

    [Fact]
    public async Task That_the_service_refuses_fails_the_attempt()
    {
        Has(Service.Problem(413, "body_too_large", "The result is larger than 5 bytes."));
        _place.Answers("fail", Taken);
        _place.Does(context => UploadAsync(context, Bytes("the report"), returns: null));

        await RunAsync();

        Assert.Equal(
            """{"error":{"code":"body_too_large","message":"The result is larger than 5 bytes."},"retryable":false}""", _place.Call("fail").ToJsonString());
    }

    [Fact]
    public async Task Keeps_its_lease_while_it_is_on_its_way()
    {
        Has(Receipt);
        _place.Answers("heartbeat", Kept());
        var content = new OneWay("in the end") { Held = new() };
        await _place.StartAsync(c => UploadAsync(c, content, returns: null));

        for (var third = 1; third <= 4; third++) // longer than the lease, and than any other call may take
            await _place.PassAsync(20);
        content.Held.SetResult();
        await _place.DrainAsync();

        Assert.Equal(4, _place.Calls("heartbeat").Count);
        Assert.Equal("in the end", Sent(Assert.Single(_place.Calls("result"))));
        Assert.Single(_place.Calls("complete"));
    }

    [Fact]
    public async Task Stops_when_its_lease_is_over()
    {
        Has(Receipt);
        _place.Answers("heartbeat", Stale);
        var content = new OneWay("never") { Held = new() };
        await _place.StartAsync(c => UploadAsync(c, content, returns: null));

        await _place.PassAsync(20);
        await _place.DrainAsync();

        Assert.Empty(_place.Calls("complete"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pdf")]
    public async Task Needs_a_media_type(string type)
    {
        Has(Receipt);
        _place.Does(async context =>
        {
            await Assert.ThrowsAsync<ArgumentException>("contentType", () => context.UploadResultAsync(Bytes("x"), type, context.Stop));
            return null;
        });

        await RunAsync();

        Assert.Empty(_place.Calls("result"));
        Assert.Single(_place.Calls("complete"));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _place.DisposeAsync();

    private static IResponseBuilder Receipt => Service.Json(200, """{"result_size":10,"result_content_type":"application/pdf"}""");

    private static MemoryStream Bytes(string text) => new(Encoding.ASCII.GetBytes(text));

    private static string Sent(WireMock.IRequestMessage put) => Encoding.ASCII.GetString(put.BodyAsBytes!);

    private static async Task<object?> UploadAsync(JobContext context, Stream content, object? returns)
    {
        await context.UploadResultAsync(content, "application/pdf");
        return returns;
    }

    private void Has(params IResponseBuilder[] answers)
    {
        _place.Has(Job());
        _place.Service.Answers("PUT", $"/worker/jobs/{JobId}/result", answers);
        _place.Answers("complete", Taken);
    }

    private async Task RunAsync()
    {
        await _place.ClaimAsync();
        await _place.DrainAsync();
    }

    /// <summary>A stream like a pipe's: what was read is gone. It may be held, or break at its end.</summary>
    private sealed class OneWay(string text) : MemoryStream(Encoding.ASCII.GetBytes(text))
    {
        public TaskCompletionSource? Held { get; init; }

        public Exception? Fault { get; init; }

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Held is not null)
                await Held.Task.WaitAsync(cancellationToken);
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read == 0 && Fault is not null ? throw Fault : read;
        }
    }
}
