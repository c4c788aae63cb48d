using System.Text;
using DeliveryEngine.Outcomes;

namespace DeliveryEngine.Tests.Outcomes;

public sealed class The_excerpt
{
    [Theory]
    [InlineData("", null)]
    [InlineData("{\"ok\":true}", "{\"ok\":true}")]
    [InlineData("a\tb\r\nc", "a\tb\nc")]
    [InlineData("nul\0 bell\a escape\u001b[31m delete\u007f next line\u0085", "nul bell escape[31m delete next line")]
    [InlineData("gr\u00fc\u00df dich \ud83d\ude00", "gr\u00fc\u00df dich \ud83d\ude00")]
    public void Is_the_text_without_control_characters(string body, string? excerpt) =>
        Assert.Equal(excerpt, Excerpt.Of(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Replaces_what_is_not_text() => Assert.Equal("\ufffd\ufffdok", Excerpt.Of([0xff, 0xc3, (byte)'o', (byte)'k']));

    [Fact]
    public void Has_4096_characters_at_the_most()
    {
        Assert.Equal(4096, Excerpt.Of(Enumerable.Repeat((byte)'x', 5000).ToArray())!.Length);
        Assert.Equal(4096, Excerpt.Of(Enumerable.Repeat((byte)0xff, 5000).ToArray())!.Length);
    }
}
