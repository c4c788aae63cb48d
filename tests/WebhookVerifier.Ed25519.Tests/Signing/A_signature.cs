namespace WebhookVerifier.Tests.Signing;

public class A_signature
{
    [Fact]
    public void is_the_one_that_is_published()
    {
        Assert.Equal(Message.Signature, Ed25519Signer.Sign(Message.Key, Message.Id, Message.Time, Message.Body));
        Assert.Equal(Message.Signature, Ed25519Signer.Sign(Message.Key, Message.Id, Message.Time, Message.Body.AsSpan()));
    }

    [Fact]
    public void is_one_of_several_separated_by_spaces()
    {
        var other = Ed25519SigningKey.Generate();
        var both = Ed25519Signer.Sign([other, Message.Key], Message.Id, Message.Time, Message.Body);
        Assert.Equal(Message.Signature, both.Split(' ')[1]);
        Assert.Equal(Verdict.Ok, new Ed25519Verifier([other.PublicKey.ToString()]).Verify(Message.Id, Message.Timestamp, both, Message.Body, Message.Time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.1")]
    [InlineData("é")]
    public void is_not_made_for_an_id_that_would_be_ambiguous(string id) =>
        Assert.Throws<ArgumentException>(() => Ed25519Signer.Sign(Message.Key, id, Message.Time, Message.Body));

    [Fact]
    public void is_not_made_for_milliseconds_nor_by_too_many_keys()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Ed25519Signer.Sign(Message.Key, Message.Id, Message.Time * 1000, Message.Body));
        Assert.Throws<ArgumentException>(() => Ed25519Signer.Sign([], Message.Id, Message.Time, Message.Body));
        Assert.Throws<ArgumentException>(
            () => Ed25519Signer.Sign([.. Enumerable.Repeat(Message.Key, 17)], Message.Id, Message.Time, Message.Body));
    }
}
