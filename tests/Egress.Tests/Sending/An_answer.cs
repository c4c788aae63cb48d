namespace Egress.Tests;

public class An_answer
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Has_its_headers_after_the_connection_is_gone()
    {
        await using var receiver = RawReceiver.ReplyingOnce(
            "HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nwebhook-delivery: disable\r\n"
            + "Content-Type: text/plain\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 4\r\n\r\nslow");
        EgressAnswer.Answered answered;
        using (var client = WayOut.Client()) answered = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered();

        Assert.Equal("slow"u8, answered.Body.Span);
        Assert.Equal("120", answered.Headers.First("retry-after"));
        Assert.Equal("disable", answered.Headers.First("Webhook-Delivery"));
        Assert.Equal("text/plain", answered.Headers.First("content-type"));
        Assert.Null(answered.Headers.First("x-none"));
        Assert.Contains(new("X-A", "1, 2"), answered.Headers.All());
        Assert.Contains(new("Content-Length", "4"), answered.Headers.All());
        Assert.Empty(default(AnswerHeaders).All());
        Assert.Null(default(AnswerHeaders).First("x"));
    }

    [Fact]
    public async Task Tells_where_the_time_went()
    {
        await using var receiver = RawReceiver.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var client = WayOut.Client();

        var first = (await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop)).Took;
        Assert.NotNull(first.Dns);
        Assert.NotNull(first.Connect);
        Assert.NotNull(first.Tls);
        Assert.True(first.Dns + first.Connect + first.Tls <= first.FirstByte && first.FirstByte <= first.Total);

        var kept = (await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop)).Took;
        Assert.Null(kept.Dns);
        Assert.Null(kept.Connect);
        Assert.Null(kept.Tls);
        Assert.NotNull(kept.FirstByte);
    }

    [Fact]
    public async Task Comes_on_a_new_connection_when_the_kept_one_was_closed()
    {
        await using var receiver = new RawReceiver(async talk =>
        {
            foreach (var field in (string[])["", "Connection: close\r\n"])
            {
                await talk.ReadRequestAsync();
                await talk.WriteAsync($"HTTP/1.1 200 OK\r\n{field}Content-Length: 0\r\n\r\n");
            }
        });
        using var client = WayOut.Client();
        for (var i = 0; i < 4; i++) await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered();
        Assert.Equal(2, receiver.Connections);
    }

    [Theory]
    [InlineData("POST", "{}")]
    [InlineData("POST", "")]
    [InlineData("DELETE", "")]
    public async Task Is_not_asked_for_again_when_a_kept_connection_breaks(string method, string body)
    {
        await using var receiver = new RawReceiver(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await talk.ReadRequestAsync();
        });
        using var client = WayOut.Client();
        var request = WayOut.Post(receiver.Url, body) with { Method = new HttpMethod(method) };

        await client.SendAsync(request, WayOut.Ample, Stop).Answered();
        var failed = await client.SendAsync(request, WayOut.Ample, Stop).Failed();

        Assert.Equal(EgressError.ConnectionLost, failed.Error);
        Assert.Equal(2, receiver.Requests.Count);
    }

    [Fact]
    public async Task Is_waited_for_in_turn_when_all_connections_of_an_origin_are_taken()
    {
        await using var receiver = new RawReceiver(async talk => { await talk.ReadRequestAsync(); await talk.HangAsync(); });
        using var client = WayOut.Client(new() { Allow = ["127.0.0.0/8"], MaxConnectionsPerOrigin = 1 });
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var first = client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, enough.Token);
        while (receiver.Requests.IsEmpty) await Task.Yield();
        var second = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Short, Stop).Failed();

        Assert.Equal((EgressError.Timeout, "while_waiting"), (second.Error, second.Detail));
        Assert.Equal(1, receiver.Connections);
        await enough.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
    }
}
