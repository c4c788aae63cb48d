using System.Text.Json;

namespace WebhookVerifier.Tests.Secrets;

public class A_secret
{
    [Fact]
    public void is_revealed_only_on_request()
    {
        var secret = WebhookSecret.Parse(Message.Key);

        Assert.Equal("whsec_***", secret.ToString());
        Assert.Equal("whsec_***", $"{secret}");
        Assert.Equal("{}", JsonSerializer.Serialize(secret));
        Assert.Equal(Message.Key, secret.Reveal());
    }

    [Fact]
    public void may_come_without_its_prefix() =>
        Assert.Equal(Message.Key, WebhookSecret.Parse("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").Reveal());

    [Theory]
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(64)]
    public void has_24_to_64_bytes(int length)
    {
        var secret = WebhookSecret.FromBytes(new byte[length]);

        Assert.Equal(secret.Reveal(), WebhookSecret.Parse(secret.Reveal()).Reveal());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(23)]
    [InlineData(65)]
    public void is_refused_with_fewer_or_more_bytes(int length)
    {
        Assert.Throws<ArgumentException>(() => WebhookSecret.FromBytes(new byte[length]));
        Assert.Throws<FormatException>(() => WebhookSecret.Parse("whsec_" + Convert.ToBase64String(new byte[length])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("whsec_")]
    [InlineData("whsec_====")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw=")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS=w")]
    [InlineData(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw ")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\r\n")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjU\tD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS-")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS\0")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==AAAA")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB==")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void is_refused_in_any_other_spelling(string text)
    {
        Assert.Throws<FormatException>(() => WebhookSecret.Parse(text));
        Assert.False(WebhookSecret.TryParse(text, out _));
        Assert.Throws<FormatException>(() => new Verifier([text]));
    }

    [Theory]
    [InlineData("whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("whsk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void is_never_an_Ed25519_key(string text) =>
        Assert.Contains("Ed25519", Assert.Throws<FormatException>(() => WebhookSecret.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void is_not_repeated_by_the_sentence_that_refuses_it()
    {
        var refused = Assert.Throws<FormatException>(() => WebhookSecret.Parse("whsec_c2hvcnQ="));

        Assert.DoesNotContain("c2hvcnQ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("5 bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void is_32_random_bytes_when_generated()
    {
        var revealed = Enumerable.Range(0, 100).Select(_ => WebhookSecret.Generate().Reveal()).ToHashSet();

        Assert.Equal(100, revealed.Count);
        Assert.All(revealed, text => Assert.Equal(32, Convert.FromBase64String(text["whsec_".Length..]).Length));
    }

    [Fact]
    public void does_not_change_with_the_array_it_was_made_from()
    {
        var bytes = new byte[32];
        var secret = WebhookSecret.FromBytes(bytes);
        bytes[0] = 1;

        Assert.Equal(WebhookSecret.FromBytes(new byte[32]).Reveal(), secret.Reveal());
    }
}
