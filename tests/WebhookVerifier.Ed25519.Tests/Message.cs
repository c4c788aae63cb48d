namespace WebhookVerifier.Tests;

/// <summary>The message that Standard Webhooks' libraries share, signed with a public key's counterpart.</summary>
internal static class Message
{
    internal const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    internal const long Time = 1614265330;
    internal const string Timestamp = "1614265330";
    internal const string Private = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
    internal const string Public = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
    internal const string Signature = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";
    internal const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    internal const string Symmetric = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    internal static byte[] Body { get; } = """{"test": 2432232314}"""u8.ToArray();

    internal static Ed25519SigningKey Key { get; } = Ed25519SigningKey.Parse(Private);

    internal static Ed25519Verifier Verifier { get; } = new([Public]);

    internal static Verdict Verify(string? id = Id, string? timestamp = Timestamp, string? signature = Signature, long now = Time) =>
        Verifier.Verify(id, timestamp, signature, Body, now);
}
