namespace WebhookVerifier.Tests.Keys;

public class A_key
{
    [Fact]
    public void that_is_private_has_its_public_half() => Assert.Equal(Message.Public, Message.Key.PublicKey.ToString());

    [Fact]
    public void that_is_private_shows_itself_only_when_asked()
    {
        Assert.Equal("whsk_***", Message.Key.ToString());
        Assert.Equal(Message.Private, Message.Key.Reveal());
    }

    [Fact]
    public void that_is_new_is_another_one_each_time_and_reads_its_own_text()
    {
        var key = Ed25519SigningKey.Generate();
        Assert.NotEqual(key.Reveal(), Ed25519SigningKey.Generate().Reveal());
        Assert.Equal(key.PublicKey.ToString(), Ed25519SigningKey.Parse(key.Reveal()).PublicKey.ToString());
    }

    [Fact]
    public void comes_from_its_seed_which_is_copied()
    {
        var seed = Convert.FromBase64String(Message.Private["whsk_".Length..])[..32];
        var key = Ed25519SigningKey.FromSeed(seed);
        seed[0] ^= 1;
        Assert.Equal(Message.Private, key.Reveal());
        Assert.Throws<ArgumentException>(() => Ed25519SigningKey.FromSeed(new byte[31]));
    }

    [Theory]
    [InlineData("", "whsk_")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsk_")]
    [InlineData("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", "whsk_")]
    [InlineData("whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=", "bytes")]
    [InlineData("whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg", "base64")]
    [InlineData("whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvh==", "base64")]
    [InlineData("whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvw==", "halves")]
    [InlineData("whsk_6Xb_dCcHpPea21PS1N9VY_NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==", "base64")]
    public void that_is_private_is_refused_in_any_other_form_without_being_repeated(string text, string why)
    {
        var refused = Assert.Throws<FormatException>(() => Ed25519SigningKey.Parse(text));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.True(text.Length <= 5 || !refused.Message.Contains(text[5..], StringComparison.Ordinal));
        Assert.False(Ed25519SigningKey.TryParse(text, out _));
    }

    [Theory]
    [InlineData("", "whpk_")]
    [InlineData("1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", "whpk_")]
    [InlineData("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir5=", "base64")]
    [InlineData("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4= ", "base64")]
    [InlineData("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbO", "bytes")]
    [InlineData("whpk_AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "small order")] // the neutral element: signs anything
    [InlineData("whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "small order")]
    [InlineData("whpk_7P///////////////////////////////////////38=", "small order")]
    [InlineData("whpk_JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU=", "small order")]
    [InlineData("whpk_//////////////////////////////////////////8=", "small order")] // no element of the field
    public void that_is_public_is_refused_in_any_other_form_and_where_it_verifies_too_much(string text, string why)
    {
        Assert.Contains(why, Assert.Throws<FormatException>(() => Ed25519PublicKey.Parse(text)).Message, StringComparison.Ordinal);
        Assert.False(Ed25519PublicKey.TryParse(text, out _));
        Assert.False(Ed25519PublicKey.TryParse(null, out _));
    }
}
