using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Egress.Tests;

public class A_connection
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hooks.example.com")]
    [InlineData("127.0.0.1")]
    public async Task To_a_private_address_is_never_begun(string host)
    {
        await using var receiver = RawReceiver.Untouched();
        using var client = WayOut.Client(WayOut.Open, ScriptedResolver.To("127.0.0.1"));

        var failed = await client.SendAsync(To(host, receiver), WayOut.Ample, Stop).Failed();

        Assert.Equal((EgressError.BlockedAddress, "address_not_allowed"), (failed.Error, failed.Detail));
        Assert.False(receiver.WasReached);
    }

    [Fact]
    public async Task To_a_mix_of_public_and_private_addresses_is_never_begun()
    {
        await using var receiver = RawReceiver.Untouched();
        using var client = WayOut.Client(new() { Allow = ["127.0.0.1/32"] }, ScriptedResolver.To("127.0.0.1", "127.0.0.2"));

        var failed = await client.SendAsync(To("hooks.example.com", receiver), WayOut.Ample, Stop).Failed();

        Assert.Equal((EgressError.BlockedAddress, "dns_mixed_answer"), (failed.Error, failed.Detail));
        Assert.False(receiver.WasReached);
    }

    [Theory, MemberData(nameof(RefusedUrls))]
    public async Task To_a_url_that_registration_refuses_for_its_address_is_refused_again(string url)
    {
        // As if it had been registered under other rules, or written into the database: everything but the guard is open.
        using var client = WayOut.Client(WayOut.Open);
        var failed = await client.SendAsync(WayOut.Post(url), WayOut.Ample, Stop).Failed();
        Assert.Equal((EgressError.BlockedAddress, "address_not_allowed"), (failed.Error, failed.Detail));
    }

    public static TheoryData<string> RefusedUrls =>
    [
        .. Vectors.Read("urls.tsv").Where(row => row.Data.Item2 == "address_not_allowed").Select(row => Vectors.Unescape(row.Data.Item1)),
        "http://2130706433/", "http://0x7f.0.0.1/", "http://127.1/", "http://0/", "http://\uff11\uff12\uff17.0.0.1/", "http://2852039166/",
    ];

    [Fact]
    public async Task To_one_private_address_at_the_end_of_a_chain_of_a_thousand_public_ones_is_never_begun()
    {
        IPAddress[] chain = [.. Enumerable.Range(1, 1000).Select(i => new IPAddress([8, 8, (byte)(i >> 8), (byte)i])), IPAddress.Loopback];
        await using var receiver = RawReceiver.Untouched();
        using var client = WayOut.Client(WayOut.Open, new ScriptedResolver(chain));

        var failed = await client.SendAsync(To("hooks.example.com", receiver), WayOut.Ample, Stop).Failed();

        Assert.Equal((EgressError.BlockedAddress, "dns_mixed_answer"), (failed.Error, failed.Detail));
        Assert.False(receiver.WasReached);
    }

    [Theory]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001::1")]
    [InlineData("fe80::1%1")]
    [InlineData("::5efe:7f00:1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    public async Task To_a_name_that_resolves_to_a_disguised_address_is_never_begun(string address)
    {
        using var client = WayOut.Client(WayOut.Open, ScriptedResolver.To(address));
        var failed = await client.SendAsync(WayOut.Post("https://hooks.example.com/"), WayOut.Ample, Stop).Failed();
        Assert.Equal((EgressError.BlockedAddress, "address_not_allowed"), (failed.Error, failed.Detail));
    }

    [Fact]
    public async Task Blames_a_name_without_verdict_once_others_had_theirs_for_minutes()
    {
        var clock = new SteppingClock();
        using var client = WayOut.Client(WayOut.Open, new SilentZone("broken.example.com"), time: clock);

        Assert.Equal("resolver_failed", await ErrorOfAsync("broken.example.com"));
        clock.Step(TimeSpan.FromMinutes(4));
        Assert.Equal("dns_failed", await ErrorOfAsync("other.example.com")); // it does not exist, which is a verdict
        Assert.Equal("resolver_failed", await ErrorOfAsync("broken.example.com"));
        clock.Step(TimeSpan.FromMinutes(1));
        Assert.Equal("dns_failed", await ErrorOfAsync("other.example.com"));
        Assert.Equal("dns_failed", await ErrorOfAsync("broken.example.com"));
        clock.Step(TimeSpan.FromMinutes(31)); // nobody asked for so long: it begins anew
        Assert.Equal("resolver_failed", await ErrorOfAsync("broken.example.com"));

        async Task<string> ErrorOfAsync(string host) =>
            (await client.SendAsync(WayOut.Post($"https://{host}/"), WayOut.Ample, Stop).Failed()).Error.ToCode();
    }

    [Fact]
    public async Task Goes_where_its_one_lookup_led_and_the_next_one_looks_again()
    {
        await using var receiver = RawReceiver.ReplyingOnce(Ok);
        var resolver = new ScriptedResolver([IPAddress.Parse("127.0.0.1")], [IPAddress.Parse("127.0.0.2")]);
        using var client = WayOut.Client(new() { Allow = ["127.0.0.1/32"] }, resolver);

        var first = await client.SendAsync(To("hooks.example.com", receiver), WayOut.Ample, Stop).Answered();
        Assert.Equal(200, first.Status);
        Assert.Equal(["hooks.example.com"], resolver.Lookups);

        var second = await client.SendAsync(To("hooks.example.com", receiver), WayOut.Ample, Stop);
        Assert.True(second is EgressAnswer.Failed { Error: EgressError.BlockedAddress or EgressError.ConnectionLost });
        Assert.Equal(1, receiver.Connections);
    }

    [Fact]
    public async Task That_is_kept_needs_no_lookup()
    {
        await using var receiver = RawReceiver.Replying(Ok);
        var resolver = ScriptedResolver.To("127.0.0.1");
        using var client = WayOut.Client(resolver: resolver);

        await client.SendAsync(To("hooks.example.com", receiver), WayOut.Ample, Stop).Answered();
        await client.SendAsync(To("hooks.example.com", receiver), WayOut.Ample, Stop).Answered();

        Assert.Single(resolver.Lookups);
        Assert.Equal(1, receiver.Connections);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "dns_failed", "name_not_found")]
    [InlineData(SocketError.NoData, "dns_failed", "name_not_found")]
    [InlineData(SocketError.TryAgain, "resolver_failed", "resolver_unreachable")]
    [InlineData(SocketError.NoRecovery, "resolver_failed", "resolver_unreachable")]
    public async Task Without_addresses_tells_whose_fault_it_is(SocketError error, string code, string detail)
    {
        using var client = WayOut.Client(WayOut.Open, ScriptedResolver.Failing(error));
        var failed = await client.SendAsync(WayOut.Post("https://hooks.example.com/"), WayOut.Ample, Stop).Failed();
        Assert.Equal((code, detail), (failed.Error.ToCode(), failed.Detail));
    }

    [Fact]
    public async Task Without_addresses_in_the_answer_is_the_names_fault()
    {
        using var client = WayOut.Client(WayOut.Open, new ScriptedResolver([[]]));
        var failed = await client.SendAsync(WayOut.Post("https://hooks.example.com/"), WayOut.Ample, Stop).Failed();
        Assert.Equal((EgressError.DnsFailed, "no_addresses"), (failed.Error, failed.Detail));
    }

    [Fact]
    public async Task Survives_a_resolver_that_breaks()
    {
        using var client = WayOut.Client(WayOut.Open, ScriptedResolver.Failing(new InvalidDataException()));
        var failed = await client.SendAsync(WayOut.Post("https://hooks.example.com/"), WayOut.Ample, Stop).Failed();
        Assert.Equal(EgressError.ResolverFailed, failed.Error);
    }

    [Fact]
    public async Task Waits_for_a_resolver_no_longer_than_the_deadline_and_makes_room_for_the_next()
    {
        await using var receiver = RawReceiver.Replying(Ok);
        var options = new EgressOptions { Allow = ["127.0.0.0/8"], MaxConnectionsPerOrigin = 1 };
        using var client = WayOut.Client(options, ScriptedResolver.SilentOnce("127.0.0.1"));

        var failed = await client.SendAsync(To("hooks.example.com", receiver), WayOut.Short, Stop).Failed();
        Assert.Equal((EgressError.Timeout, "while_resolving"), (failed.Error, failed.Detail));

        await client.SendAsync(To("hooks.example.com", receiver), WayOut.Ample, Stop).Answered();
    }

    [Theory]
    [InlineData("http://hooks.example.com/", false, true, "scheme_not_allowed")]
    [InlineData("https://hooks.example.com:444/", true, false, "port_not_allowed")]
    [InlineData("https://hooks.example.com:22/", true, true, "port_not_allowed")]
    public async Task Obeys_the_rules_of_today_for_a_url_of_yesterday(string url, bool http, bool anyPort, string detail)
    {
        using var client = WayOut.Client(new() { AllowHttp = http, AllowAnyPort = anyPort }, ScriptedResolver.To("8.8.8.8"));
        var failed = await client.SendAsync(WayOut.Post(url), WayOut.Ample, Stop).Failed();
        Assert.Equal((EgressError.BlockedAddress, detail), (failed.Error, failed.Detail));
    }

    [Fact]
    public async Task To_a_listed_address_is_held_to_the_listed_port()
    {
        await using var listed = RawReceiver.Replying(Ok);
        await using var other = RawReceiver.Untouched();
        using var client = WayOut.Client(new() { Allow = [string.Create(CultureInfo.InvariantCulture, $"127.0.0.0/8:{listed.Port}")] });

        await client.SendAsync(WayOut.Post(listed.Url), WayOut.Ample, Stop).Answered();
        var failed = await client.SendAsync(WayOut.Post(other.Url), WayOut.Ample, Stop).Failed();

        Assert.Equal(EgressError.BlockedAddress, failed.Error);
        Assert.False(other.WasReached);
    }

    [Fact]
    public async Task That_nobody_accepts_is_refused()
    {
        string url;
        await using (var gone = RawReceiver.Untouched()) url = gone.Url;
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Post(url), WayOut.Ample, Stop).Failed();
        Assert.Equal((EgressError.ConnectFailed, "refused"), (failed.Error, failed.Detail));
    }

    [Fact]
    public async Task Tries_the_next_address_when_one_is_dead_and_four_at_most()
    {
        await using var receiver = RawReceiver.Replying(Ok);
        using var second = WayOut.Client(resolver: ScriptedResolver.To("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.1"));
        using var fifth = WayOut.Client(resolver: ScriptedResolver.To("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.1"));

        await second.SendAsync(To("hooks.example.com", receiver), WayOut.Ample, Stop).Answered();
        var failed = await fifth.SendAsync(To("hooks.example.com", receiver), WayOut.Ample, Stop).Failed();

        Assert.Equal(EgressError.ConnectFailed, failed.Error);
        Assert.Equal(1, receiver.Connections);
    }

    [Fact]
    public async Task Alternates_between_the_families()
    {
        await using var receiver = RawReceiver.Replying(Ok);
        var options = new EgressOptions { Allow = ["127.0.0.0/8", "::1"] };
        using var client = WayOut.Client(options, ScriptedResolver.To("::1", "::1", "::1", "::1", "127.0.0.1"));
        await client.SendAsync(To("hooks.example.com", receiver), WayOut.Ample, Stop).Answered();
    }

    [Fact]
    public async Task By_the_systems_resolver_never_throws()
    {
        using var client = WayOut.Client(resolver: new SystemResolver());
        var failed = await client.SendAsync(WayOut.Post("https://no-such-host.invalid/"), WayOut.Ample, Stop).Failed();
        Assert.Contains(failed.Error, (EgressError[])[EgressError.DnsFailed, EgressError.ResolverFailed, EgressError.Timeout]);
    }

    private static EgressRequest To(string host, RawReceiver receiver) =>
        WayOut.Post(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{receiver.Port}/"));

    /// <summary>One name gets no verdict, all others do not exist.</summary>
    private sealed class SilentZone(string silent) : IResolver
    {
        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel) =>
            Task.FromException<IPAddress[]>(new SocketException((int)(host == silent ? SocketError.TryAgain : SocketError.HostNotFound)));
    }

    private sealed class SteppingClock : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Step(TimeSpan time) => _now += time.Ticks;
    }
}
