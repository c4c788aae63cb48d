namespace Egress.Tests;

public class The_canonical_form
{
    private static readonly UrlRules open = WayOut.Rules(WayOut.Open);

    [Theory]
    [InlineData("HTTPS://EXAMPLE.com/Path?Q=1", "https://example.com:443", "https://example.com/Path?Q=1")]
    [InlineData("https://example.com:443", "https://example.com:443", "https://example.com/")]
    [InlineData("https://example.com:/", "https://example.com:443", "https://example.com/")]
    [InlineData("https://example.com:08443/", "https://example.com:8443", "https://example.com:8443/")]
    [InlineData("http://example.com.:8080?x", "http://example.com:8080", "http://example.com:8080/?x")]
    [InlineData("https://b\u00fccher.example/\u00fc", "https://xn--bcher-kva.example:443", "https://xn--bcher-kva.example/%C3%BC")]
    [InlineData("https://B\u00dcCHER\u3002example/", "https://xn--bcher-kva.example:443", "https://xn--bcher-kva.example/")]
    [InlineData("https://\uff25xample.com/", "https://example.com:443", "https://example.com/")]
    [InlineData("https://8.8.8.8/", "https://8.8.8.8:443", "https://8.8.8.8/")]
    [InlineData("https://[2606:4700:0:0:0:0:0:11]:8443/", "https://[2606:4700::11]:8443", "https://[2606:4700::11]:8443/")]
    [InlineData("https://example.com/a%2Fb/../c?d=%zz|", "https://example.com:443", "https://example.com/a%2Fb/../c?d=%zz|")]
    public void Is_lower_case_ascii_with_an_origin_that_names_its_port(string url, string origin, string stored)
    {
        var ok = Assert.IsType<UrlVerdict.Ok>(open.Check(url));
        Assert.Equal(origin, ok.Origin);
        Assert.Equal(new Uri(stored).AbsoluteUri, ok.Url);
        Assert.Equal(ok.Url, ok.Uri.AbsoluteUri);
    }

    [Theory]
    [InlineData("https://EXAMPLE.com.:8443/%41%2e%2e/a/../b?%zz{}\u00e9")]
    [InlineData("https://b\u00fccher.example/\ud83d\ude00")]
    [InlineData("http://[2606:4700:4700::1111]/")]
    public void Of_what_was_stored_is_what_was_stored(string url)
    {
        var first = Assert.IsType<UrlVerdict.Ok>(open.Check(url));
        var second = Assert.IsType<UrlVerdict.Ok>(open.Check(first.Url));
        Assert.Equal(first.Url, second.Url);
        Assert.Equal(first.Origin, second.Origin);
        Assert.Equal(first.Uri, second.Uri);
    }
}
