namespace Egress.Tests;

public class A_tenant_header
{
    [Theory]
    [InlineData("authorization", "Bearer abc")]
    [InlineData("X-Api-Key", "")]
    [InlineData("x_y.z", "~ !\"")]
    [InlineData("hosting", "x")]
    [InlineData("contents", "x")]
    public void May_be_an_ordinary_one(string name, string value) => Assert.Null(HeaderRules.Check(name, value));

    [Theory]
    [InlineData("Host")]
    [InlineData("content-type")]
    [InlineData("Content-Length")]
    [InlineData("transfer-encoding")]
    [InlineData("Connection")]
    [InlineData("te")]
    [InlineData("trailer")]
    [InlineData("upgrade")]
    [InlineData("expect")]
    [InlineData("keep-alive")]
    [InlineData("proxy-authorization")]
    [InlineData("cookie")]
    [InlineData("USER-AGENT")]
    [InlineData("webhook-id")]
    [InlineData("traceparent")]
    [InlineData("tracestate")]
    [InlineData("baggage")]
    public void May_not_be_one_of_ours(string name) => Assert.Equal("header_not_allowed", HeaderRules.Check(name, "x")?.Code);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:")]
    [InlineData(":authority")]
    [InlineData("a\r\nb")]
    [InlineData("a\0")]
    [InlineData("\u00e9")]
    [InlineData("a(b)")]
    public void Needs_a_token_for_a_name(string? name) => Assert.Equal("header_not_allowed", HeaderRules.Check(name, "x")?.Code);

    [Theory]
    [InlineData(null)]
    [InlineData("a\r\nEvil: 1")]
    [InlineData("a\n")]
    [InlineData("a\r")]
    [InlineData("a\0")]
    [InlineData("a\tb")]
    [InlineData("a\u007f")]
    [InlineData("caf\u00e9")]
    [InlineData("\u010a")]
    public void Needs_visible_ascii_for_a_value(string? value) => Assert.Equal("header_not_allowed", HeaderRules.Check("x-a", value)?.Code);

    [Fact]
    public void Has_room_for_19_others()
    {
        Assert.Null(HeaderRules.CheckAll(Headers(20, "v")));
        Assert.Equal("header_not_allowed", HeaderRules.CheckAll(Headers(21, "v"))?.Code);
    }

    [Fact]
    public void Shares_8_KiB_with_the_others()
    {
        const int name = 4;
        Assert.Null(HeaderRules.CheckAll(Headers(2, new string('v', 4096 - name - 4))));
        Assert.Equal("header_not_allowed", HeaderRules.CheckAll(Headers(2, new string('v', 4096 - name - 3)))?.Code);
    }

    [Fact]
    public void May_not_come_twice_in_any_case()
    {
        KeyValuePair<string, string>[] headers = [new("x-a", "1"), new("X-A", "2")];
        Assert.Equal("header_not_allowed", HeaderRules.CheckAll(headers)?.Code);
    }

    [Fact]
    public void Is_judged_among_others_as_it_is_alone()
    {
        KeyValuePair<string, string>[] headers = [new("x-a", "1"), new("host", "evil")];
        Assert.Equal(HeaderRules.Check("host", "evil"), HeaderRules.CheckAll(headers));
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("PATCH", true)]
    [InlineData("PROPFIND", true)]
    [InlineData("connect", false)]
    [InlineData("TRACE", false)]
    [InlineData("G T", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("POST\r\n", false)]
    public void Goes_with_a_method_that_speaks_to_the_service(string? method, bool allowed) =>
        Assert.Equal(allowed ? null : "method_not_allowed", MethodRules.Check(method)?.Code);

    private static KeyValuePair<string, string>[] Headers(int count, string value) =>
        [.. Enumerable.Range(10, count).Select(i => KeyValuePair.Create($"x-{i}", value))];
}
