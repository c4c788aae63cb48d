namespace Egress.Tests;

public class A_hostile_receiver
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task That_never_ends_its_body_is_cut_and_hung_up_on()
    {
        var hungUp = new TaskCompletionSource();
        await using var receiver = new RawReceiver(async talk =>
        {
            try
            {
                await talk.ReadRequestAsync();
                await talk.WriteAsync(Ok + "\r\n");
                while (true) await talk.WriteAsync(new string('x', 8192));
            }
            finally
            {
                hungUp.SetResult();
            }
        });
        using var client = WayOut.Client();

        var answered = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered();

        Assert.True(answered.Truncated);
        Assert.Equal(16 * 1024, answered.Body.Length);
        await hungUp.Task.WaitAsync(WayOut.Ample, Stop);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(100, false)]
    [InlineData(101, true)]
    [InlineData(5000, true)]
    public async Task Is_cut_at_the_limit_of_the_request(int length, bool truncated)
    {
        await using var receiver = RawReceiver.Replying($"{Ok}Content-Length: {length}\r\n\r\n{new string('x', length)}");
        using var client = WayOut.Client();
        var request = WayOut.Post(receiver.Url) with { MaxResponseBytes = 100 };

        var cut = await client.SendAsync(request, WayOut.Ample, Stop).Answered();
        Assert.Equal(truncated, cut.Truncated);
        Assert.Equal(Math.Min(length, 100), cut.Body.Length);

        var whole = await client.SendAsync(request with { WholeResponse = true }, WayOut.Ample, Stop);
        Assert.Equal(truncated, whole is EgressAnswer.Failed { Error: EgressError.ResponseTooLarge, Status: 200 });
    }

    [Fact]
    public async Task May_send_a_megabyte_where_that_is_asked_for()
    {
        var body = string.Concat(Enumerable.Range(0, 1024 * 1024).Select(i => (char)('a' + (i % 26))));
        await using var receiver = RawReceiver.ReplyingOnce($"{Ok}Transfer-Encoding: chunked\r\n\r\n100000\r\n{body}\r\n0\r\n\r\n");
        using var client = WayOut.Client();
        var request = WayOut.Get(receiver.Url) with { MaxResponseBytes = EgressRequest.JobResponseBytes, WholeResponse = true };
        var answered = await client.SendAsync(request, WayOut.Ample, Stop).Answered();
        Assert.Equal(body, System.Text.Encoding.Latin1.GetString(answered.Body.Span));
    }

    [Theory]
    [InlineData("", null, "while_waiting")]
    [InlineData("HTTP/1.1 200 OK\r\nA: ", null, "while_waiting")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", 200, "while_reading")]
    [InlineData("HTTP/1.1 503 Busy\r\n\r\nx", 503, "while_reading")]
    public async Task That_stalls_is_left_at_the_deadline(string beginning, int? status, string detail)
    {
        await using var receiver = new RawReceiver(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.WriteAsync(beginning);
            await talk.HangAsync();
        });
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Short, Stop).Failed();
        Assert.Equal((EgressError.Timeout, detail, status), (failed.Error, failed.Detail, failed.Status));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n", "A: b\r\n", "while_waiting")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "x", "while_reading")]
    public async Task That_drips_is_left_at_the_deadline(string beginning, string drop, string detail)
    {
        await using var receiver = new RawReceiver(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.WriteAsync(beginning);
            using var drip = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (await drip.WaitForNextTickAsync(talk.Stop)) await talk.WriteAsync(drop);
        });
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Short, Stop).Failed();
        Assert.Equal((EgressError.Timeout, detail), (failed.Error, failed.Detail));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n", "X-Filler: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: ", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("HTTP/1.1 200 ", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task That_never_ends_its_headers_is_cut_off(string beginning, string more)
    {
        await using var receiver = new RawReceiver(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.WriteAsync(beginning);
            while (true) await talk.WriteAsync(more);
        });
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Failed();
        Assert.Equal((EgressError.ProtocolError, "headers_too_large"), (failed.Error, failed.Detail));
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(17, true)]
    public async Task May_send_16_KiB_of_headers(int kib, bool tooLarge)
    {
        var headers = string.Concat(Enumerable.Repeat($"X: {new string('x', 1024 - 5)}\r\n", kib));
        await using var receiver = RawReceiver.Replying($"{Ok}{headers}Content-Length: 0\r\n\r\n");
        using var client = WayOut.Client();
        var answer = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop);
        Assert.Equal(tooLarge, answer is EgressAnswer.Failed { Error: EgressError.ProtocolError, Detail: "headers_too_large" });
    }

    [Fact]
    public async Task That_floods_with_interim_answers_is_left_at_the_deadline()
    {
        await using var receiver = new RawReceiver(async talk =>
        {
            await talk.ReadRequestAsync();
            while (true) await talk.WriteAsync("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
        });
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Short, Stop).Failed();
        Assert.Contains(failed.Error, (EgressError[])[EgressError.Timeout, EgressError.ProtocolError]);
    }

    [Fact]
    public async Task May_send_an_interim_answer_first()
    {
        await using var receiver = RawReceiver.Replying("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        using var client = WayOut.Client();
        Assert.Equal(201, (await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered()).Status);
    }
}
