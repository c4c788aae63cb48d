namespace Egress.Tests;

public class A_broken_answer
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP/1.1 20", "connection_lost")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", "connection_lost")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "connection_lost")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "connection_lost")]
    [InlineData("", "connection_lost")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "protocol_error")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", "protocol_error")]
    [InlineData("HTTP/1.1 99 Short\r\n\r\n", "protocol_error")]
    [InlineData("HTTP/1.1 2000 Long\r\n\r\n", "protocol_error")]
    [InlineData("HTTP/1.1 -20 Less\r\n\r\n", "protocol_error")]
    [InlineData("HTTP/1.1\r\n\r\n", "protocol_error")]
    [InlineData("HTTP/3.9 200 OK\r\n\r\n", "protocol_error")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "protocol_error")]
    [InlineData("HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n", "protocol_error")]
    [InlineData("hello, this is HTTP/0.9\r\n", "protocol_error")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n", "protocol_error")]
    [InlineData("\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000a", "protocol_error")]
    public async Task Has_its_class(string reply, string expected)
    {
        await using var receiver = RawReceiver.ReplyingOnce(reply);
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Failed();
        Assert.Equal(expected, failed.Error.ToCode());
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nabcde")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nab")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nab")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: \u00ff\u0000\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nRetry-After: \u00e9\r\nContent-Encoding: what\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nDate: never\r\nExpires: -1\r\nLocation: ::::\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\nabcde")]
    public async Task That_is_doubtful_never_throws_nor_spoils_the_next(string reply)
    {
        await using var receiver = RawReceiver.ReplyingOnce(reply);
        await using var next = RawReceiver.Replying("HTTP/1.1 202 Fine\r\nContent-Length: 0\r\n\r\n");
        using var client = WayOut.Client();

        var answer = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop);

        Assert.True(answer
            is EgressAnswer.Answered { Status: 200 or 204 }
            or EgressAnswer.Failed { Error: EgressError.ProtocolError or EgressError.ConnectionLost });
        Assert.Equal(202, (await client.SendAsync(WayOut.Post(next.Url), WayOut.Ample, Stop).Answered()).Status);
    }

    [Fact]
    public async Task Of_999_is_an_answer()
    {
        await using var receiver = RawReceiver.ReplyingOnce("HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n");
        using var client = WayOut.Client();
        Assert.Equal(999, (await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered()).Status);
    }

    [Fact]
    public async Task That_switches_protocols_ends_at_once()
    {
        await using var receiver = new RawReceiver(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n");
            await talk.HangAsync();
        });
        using var client = WayOut.Client();
        Assert.Equal(101, (await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered()).Status);
    }

    [Fact]
    public async Task With_more_bytes_than_it_said_is_not_followed_on_the_same_connection()
    {
        const string smuggled = "HTTP/1.1 666 Smuggled\r\nContent-Length: 0\r\n\r\n";
        foreach (var head in (string[])["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 None\r\n\r\n"])
        {
            await using var receiver = RawReceiver.Replying(head + smuggled);
            using var client = WayOut.Client();
            await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered();
            var second = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered();
            Assert.NotEqual(666, second.Status);
            Assert.Equal(2, receiver.Connections);
        }
    }

    [Fact]
    public async Task Cut_by_a_reset_is_a_lost_connection()
    {
        await using var receiver = new RawReceiver(async talk => { await talk.ReadRequestAsync(); talk.Reset(); });
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Failed();
        Assert.Equal((EgressError.ConnectionLost, (int?)null), (failed.Error, failed.Status));
        Assert.Equal(1, receiver.Connections);
    }

    [Fact]
    public async Task Cut_by_a_reset_before_the_request_is_a_connection_that_was_lost_or_never_was()
    {
        await using var receiver = new RawReceiver(talk => { talk.Reset(); return Task.CompletedTask; });
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Failed();
        Assert.Contains(failed.Error, (EgressError[])[EgressError.ConnectionLost, EgressError.ConnectFailed]);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task Cut_by_a_reset_after_its_headers_still_tells_its_status()
    {
        var seen = new TaskCompletionSource();
        await using var receiver = new RawReceiver(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.WriteAsync("HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\nx");
            await seen.Task.WaitAsync(talk.Stop);
            talk.Reset();
        });
        using var client = WayOut.Client();
        var sending = client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop);
        while (receiver.Requests.IsEmpty) await Task.Yield();
        seen.SetResult();
        var failed = await sending.Failed();
        Assert.Equal(EgressError.ConnectionLost, failed.Error);
        Assert.True(failed.Status is null or 503);
    }
}
