using System.Net;

namespace Egress.Tests;

public class An_address
{
    public static TheoryData<string, string> Rows => Vectors.Read("addresses.tsv");

    [Theory]
    [MemberData(nameof(Rows))]
    public void Gets_the_verdict_of_the_vectors(string address, string expected) =>
        Assert.Equal(expected == "allow", Allows(new(), address));

    [Theory]
    [InlineData("168.63.129.17", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:32.0.0.1", false)]
    [InlineData("fe80::1%1", false)]
    [InlineData("2606:4700::1%1", false)]
    [InlineData("2001:200::1", true)]
    [InlineData("2001:1ff:ffff::1", false)]
    [InlineData("3fff:1000::1", true)]
    public void Is_judged_by_the_table(string address, bool allowed) => Assert.Equal(allowed, Allows(new(), address));

    [Theory]
    [InlineData("10.1.2.3", 80, true)]
    [InlineData("10.1.2.3", 6379, true)]
    [InlineData("11.1.2.3", 80, true)]
    [InlineData("192.168.1.1", 8080, true)]
    [InlineData("192.168.1.1", 80, false)]
    [InlineData("fd00::1", 8080, true)]
    [InlineData("fd00::1", 443, false)]
    [InlineData("fc00::1", 443, true)]
    [InlineData("127.0.0.1", 443, false)]
    [InlineData("172.16.0.9", 443, true)]
    [InlineData("172.16.0.8", 443, false)]
    public void Is_allowed_when_listed_on_the_port_that_the_list_names(string address, int port, bool allowed)
    {
        var options = new EgressOptions { Allow = ["10.0.0.0/8", "192.168.0.0/16:8080", "[fd00::]/8:8080", "fc00::/16", "172.16.0.9"] };
        Assert.Equal(allowed, Allows(options, address, port));
    }

    [Fact]
    public void Is_refused_when_denied_even_if_listed()
    {
        var options = new EgressOptions { Allow = ["10.0.0.0/8"], Deny = ["10.0.0.0/24", "8.8.0.0/16", "2606::/16"] };
        Assert.True(Allows(options, "10.0.1.1"));
        Assert.False(Allows(options, "10.0.0.1"));
        Assert.False(Allows(options, "8.8.8.8"));
        Assert.False(Allows(options, "2606:4700::1"));
        Assert.False(Allows(options, "::ffff:10.0.1.1"));
        Assert.False(WayOut.Guard(options).Lists(IPAddress.Parse("10.0.0.1"), 443));
    }

    [Theory]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("64:ff9b::909:909", false)]
    [InlineData("64:ff9b:1::808:808", false)]
    [InlineData("2a00:64::808:808", true)]
    [InlineData("2a00:64::a00:1", false)]
    [InlineData("2a00:48:1:808:8:800::", true)]
    [InlineData("2a00:48:1:a00:0:100::", false)]
    public void Behind_NAT64_is_judged_by_what_it_wraps(string address, bool allowed)
    {
        string[] prefixes = ["2a00:64::/96", "2a00:48:1::/48"];
        Assert.Equal(allowed, Allows(new() { Nat64 = Nat64Mode.Decode, Nat64Prefixes = prefixes, Deny = ["9.9.9.0/24"] }, address));
        Assert.False(Allows(new() { Nat64 = Nat64Mode.Refuse, Nat64Prefixes = prefixes }, address));
    }

    /// <summary>The example of RFC 6052 section 2.4: 192.0.2.33 under a prefix of each length.</summary>
    [Theory]
    [InlineData("2001:db8::/32", "2001:db8:c000:221::")]
    [InlineData("2001:db8:100::/40", "2001:db8:1c0:2:21::")]
    [InlineData("2001:db8:122::/48", "2001:db8:122:c000:2:2100::")]
    [InlineData("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::")]
    [InlineData("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::")]
    [InlineData("2001:db8:122:344::/96", "2001:db8:122:344::c000:221")]
    public void Is_unwrapped_as_the_RFC_wraps_it(string prefix, string address) =>
        Assert.Equal(IPAddress.Parse("192.0.2.33"), new Nat64([prefix]).Unwrap(IPAddress.Parse(address)));

    [Fact]
    public void That_is_listed_may_be_registered_over_plain_http_on_its_port()
    {
        var rules = WayOut.Rules(new() { Allow = ["127.0.0.0/8:5001", "10.0.0.0/8", "[fd00::]/8:8080"] });
        Assert.Equal("allow", A_url.Code(rules, "http://127.0.0.1:5001/"));
        Assert.Equal("allow", A_url.Code(rules, "https://127.0.0.1:5001/"));
        Assert.Equal("address_not_allowed", A_url.Code(rules, "http://127.0.0.1:5002/"));
        Assert.Equal("allow", A_url.Code(rules, "http://10.0.0.1:6379/"));
        Assert.Equal("port_not_allowed", A_url.Code(rules, "http://10.0.0.1:0/"));
        Assert.Equal("allow", A_url.Code(rules, "http://[fd00::1]:8080/"));
        Assert.Equal("scheme_not_allowed", A_url.Code(rules, "http://8.8.8.8/"));
        Assert.Equal("host_not_canonical", A_url.Code(rules, "http://127.1:5001/"));
        Assert.Equal("host_not_allowed", A_url.Code(rules, "http://localhost:5001/"));
    }

    private static bool Allows(EgressOptions options, string address, int port = 443) =>
        WayOut.Guard(options).Allows(IPAddress.Parse(address), port);
}
