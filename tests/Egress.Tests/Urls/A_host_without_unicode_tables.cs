using System.Globalization;

namespace Egress.Tests;

/// <summary>As in a container without ICU; compared with what ICU says, so the tests need it.</summary>
public class A_host_without_unicode_tables
{
    private static readonly bool hasTables = new IdnMapping() is var mapping && mapping.GetAscii("\uff41") == "a";

    [Theory]
    [InlineData("b\u00fccher.example", "xn--bcher-kva.example")]
    [InlineData("B\u00dcCHER.Example", "xn--bcher-kva.example")]
    [InlineData("\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444", "xn--e1afmkfd.xn--p1ai")]
    [InlineData("\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff2f\uff53\uff54", "localhost")]
    [InlineData("local\u00adhost", "localhost")]
    [InlineData("\u2460\u2461\u2466.\u24ea.\u24ea.\u2460", "127.0.0.1")]
    [InlineData("127\u30020\uff0e0\uff611", "127.0.0.1")]
    public void Is_mapped_where_that_is_certain(string host, string ascii) => Assert.Equal(ascii, HostAscii.FromWithoutTables(host));

    [Theory]
    [InlineData("bu\u0308cher.example")]
    [InlineData("\u24d4xample.com")]
    [InlineData("\ud835\udc1e.com")]
    [InlineData("\u017fecret.com")]
    [InlineData("a\u200db.com")]
    [InlineData("\u0130.com")]
    public void Is_refused_where_it_is_not(string host) => Assert.Null(HostAscii.FromWithoutTables(host));

    [Fact]
    public void Is_never_mapped_to_another_name_than_with_them()
    {
        Assert.True(hasTables, "ICU is missing or switched off: please install libicu, and leave DOTNET_SYSTEM_GLOBALIZATION_INVARIANT unset.");
        for (var c = '\u0080'; c < '\ud800'; c++)
        {
            if (HostAscii.FromWithoutTables($"a{c}b.example") is { } ascii) Assert.Equal(HostAscii.From($"a{c}b.example"), ascii);
        }
    }
}
