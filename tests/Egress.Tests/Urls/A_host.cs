namespace Egress.Tests;

public class A_host
{
    private static readonly UrlRules open = WayOut.Rules(WayOut.Open);

    [Theory]
    [InlineData("8.8.8.8", "allow")]
    [InlineData("134744072", "host_not_canonical")]
    [InlineData("0x08080808", "host_not_canonical")]
    [InlineData("8.8.2056", "host_not_canonical")]
    [InlineData("8.8.8.08", "host_numeric")]
    [InlineData("8.8.8.010", "host_not_canonical")]
    [InlineData("8.8.8.8.", "host_numeric")]
    [InlineData("8\u30028.8.8", "host_not_canonical")]
    [InlineData("\uff18.8.8.8", "host_not_canonical")]
    [InlineData("8.8.8.\u2467", "host_not_canonical")]
    [InlineData("0X7F.1", "host_not_canonical")]
    [InlineData("8.8.8.256", "host_numeric")]
    [InlineData("4294967296", "host_numeric")]
    [InlineData("a.0x7f", "host_numeric")]
    [InlineData("a.0x", "host_numeric")]
    [InlineData("example.123", "host_numeric")]
    [InlineData("127.0.0.\u0661", "host_numeric")]
    [InlineData("127.0.0.xn--9hb", "host_numeric")]
    [InlineData("a.\u0e51\u0e52\u0e57", "host_numeric")]
    [InlineData("a.xn--", "allow")]
    [InlineData("123.example", "allow")]
    [InlineData("0x7f.example", "allow")]
    [InlineData("a.0xg", "allow")]
    public void That_looks_like_an_address_is_one_or_nothing(string host, string expected) => Assert.Equal(expected, Code(host));

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost.")]
    [InlineData("a.LOCALHOST.")]
    [InlineData("localhost.localdomain")]
    [InlineData("printer.local")]
    [InlineData("db.internal")]
    [InlineData("1.168.192.in-addr.arpa")]
    [InlineData("hidden.onion")]
    [InlineData("any.alt")]
    [InlineData("nas.lan")]
    [InlineData("wiki.corp")]
    [InlineData("example")]
    [InlineData("\uff2cocalhost")]
    [InlineData("a\uff0elocalhost")]
    [InlineData("foo.loc\u00adal")]
    [InlineData("loc\u200balhost")]
    public void That_means_something_only_here_is_refused(string host) => Assert.Equal("host_not_allowed", Code(host));

    [Theory]
    [InlineData("notlocalhost.com")]
    [InlineData("localhost.com")]
    [InlineData("internal.example")]
    [InlineData("a.test")]
    [InlineData("a.invalid")]
    [InlineData("foo-.example")]
    [InlineData("xn--c5ccp.example")]
    public void With_an_ordinary_name_is_allowed(string host) => Assert.Equal("allow", Code(host));

    [Fact]
    public void Has_labels_of_63_and_253_characters_at_most()
    {
        var label = new string('a', 63);
        Assert.Equal("allow", Code($"{label}.com"));
        Assert.Equal("host_not_allowed", Code($"{label}a.com"));

        var longest = $"{label}.{label}.{label}.{label[..57]}.com";
        Assert.Equal(253, longest.Length);
        Assert.Equal("allow", Code(longest));
        Assert.Equal("allow", Code(longest + "."));
        Assert.Equal("host_not_allowed", Code("a" + longest));
        Assert.Equal("host_not_allowed", Code("-a.example"));
    }

    [Theory]
    [InlineData("hooks.example.com")]
    [InlineData("HOOKS.example.com.")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("b\u00fccher.example")]
    [InlineData("8.8.4.4")]
    [InlineData("[2606:4700::1]")]
    public void That_is_our_own_is_refused(string host)
    {
        var rules = WayOut.Rules(new()
        {
            AllowHttp = true,
            OwnHosts = ["Hooks.Example.com", "b\u00fccher.example", "8.8.4.4", "2606:4700::1"],
        });
        Assert.Equal("host_not_allowed", A_url.Code(rules, $"https://{host}/"));
        Assert.Equal("allow", A_url.Code(rules, "https://other.example.com/"));
        Assert.Equal("allow", Code(host));
    }

    private static string Code(string host) => A_url.Code(open, $"https://{host}/");
}
