using System.Globalization;

namespace Egress.Tests;

public class A_url
{
    private static readonly UrlRules strict = WayOut.Rules(new());
    private static readonly UrlRules open = WayOut.Rules(WayOut.Open);

    public static TheoryData<string, string> Rows => Vectors.Read("urls.tsv");

    [Theory]
    [MemberData(nameof(Rows))]
    public void Gets_the_code_of_the_vectors(string url, string expected) => Assert.Equal(expected, Code(open, Vectors.Unescape(url)));

    [Theory]
    [InlineData("https://example.com/", "allow")]
    [InlineData("https://example.com:8443/", "allow")]
    [InlineData("https://example.com:444/", "port_not_allowed")]
    [InlineData("https://example.com:80/", "port_not_allowed")]
    [InlineData("https://example.com:0/", "port_not_allowed")]
    [InlineData("http://example.com/", "scheme_not_allowed")]
    [InlineData("http://localhost:5005/", "host_not_allowed")]
    [InlineData("http://127.0.0.1/", "address_not_allowed")]
    public void Is_judged_strictly_by_default(string url, string expected) => Assert.Equal(expected, Code(strict, url));

    [Theory]
    [InlineData("http://example.com/", "allow")]
    [InlineData("http://example.com:8080/", "allow")]
    [InlineData("http://example.com:443/", "port_not_allowed")]
    [InlineData("https://example.com:8080/", "port_not_allowed")]
    public void Has_usual_ports_of_its_own_over_plain_http(string url, string expected) =>
        Assert.Equal(expected, Code(WayOut.Rules(new() { AllowHttp = true }), url));

    [Theory]
    [InlineData(1, false)]
    [InlineData(25, false)]
    [InlineData(80, true)]
    [InlineData(443, true)]
    [InlineData(1023, false)]
    [InlineData(1024, true)]
    [InlineData(2375, false)]
    [InlineData(5000, true)]
    [InlineData(5432, false)]
    [InlineData(11211, false)]
    [InlineData(65535, true)]
    public void May_use_any_port_that_is_no_services(int port, bool allowed)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"https://example.com:{port}/");
        Assert.Equal(allowed ? "allow" : "port_not_allowed", Code(open, url));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("example.com")]
    [InlineData("//example.com/")]
    [InlineData("https:example.com")]
    [InlineData("https:/example.com")]
    [InlineData("https://")]
    [InlineData("https:///x")]
    [InlineData("https://?x")]
    [InlineData("https://:443/")]
    [InlineData("https://example.com:65536/")]
    [InlineData("https://example.com:000443/")]
    [InlineData("https://example.com:4\u0664/")]
    [InlineData("https://example.com:+443/")]
    [InlineData("https://[::1]x/")]
    [InlineData("https://[]/")]
    [InlineData("https://[[::1]]/")]
    [InlineData("https://::1/")]
    [InlineData("https://.example.com/")]
    [InlineData("https://a..example.com/")]
    [InlineData("https://./")]
    [InlineData("https://exa$mple.com/")]
    [InlineData("https://exa\uff0fmple.com/")]
    [InlineData("https://exa\uff20mple.com/")]
    [InlineData("https://exa\u2100mple.com/")]
    [InlineData("https://exa\u202emple.com/")]
    [InlineData("https://example.com/a\u202eb")]
    [InlineData("https://example.com/\u0085")]
    [InlineData("https://example.com/\u3000")]
    [InlineData("https://example.com/\r\nHost: evil")]
    public void Is_malformed(string? url) => Assert.Equal("url_malformed", Code(open, url));

    [Fact]
    public void With_half_a_surrogate_pair_is_malformed()
    {
        Assert.Equal("url_malformed", Code(open, "https://example.com/\ud83d"));
        Assert.Equal("url_malformed", Code(open, "https://example.com/\ude00x"));
        Assert.Equal("allow", Code(open, "https://example.com/\ud83d\ude00"));
    }

    [Fact]
    public void May_have_2048_characters_as_given_and_as_stored()
    {
        const string start = "https://example.com/";
        Assert.Equal("allow", Code(open, start + new string('a', 2048 - start.Length)));
        Assert.Equal("url_too_long", Code(open, start + new string('a', 2049 - start.Length)));
        Assert.Equal("url_too_long", Code(open, start + new string('\u00e9', 500)));
    }

    [Fact]
    public void Of_a_quarter_megabyte_is_refused_whatever_it_holds()
    {
        foreach (var filler in (string[])["a", ".", "\u00fc", "[", "@", ":", "%41", "1."])
            Assert.Equal("url_too_long", Code(open, "http://" + string.Concat(Enumerable.Repeat(filler, 256 * 1024 / filler.Length))));
    }

    [Fact]
    public void Is_refused_with_a_sentence_that_repeats_none_of_it()
    {
        var refused = Assert.IsType<UrlVerdict.Refused>(open.Check("https://canary:canary@canary.example/#canary"));
        Assert.EndsWith(".", refused.Sentence);
        Assert.DoesNotContain("canary", refused.Sentence);
    }

    internal static string Code(UrlRules rules, string? url) => rules.Check(url) switch
    {
        UrlVerdict.Ok => "allow",
        UrlVerdict.Refused refused => refused.Code,
        _ => throw new InvalidOperationException("A third verdict."),
    };
}
