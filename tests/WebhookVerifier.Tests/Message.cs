namespace WebhookVerifier.Tests;

/// <summary>The message published with Standard Webhooks, and the parts to vary it with.</summary>
internal static class Message
{
    internal const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    internal const long Time = 1614265330;
    internal const string Timestamp = "1614265330";
    internal const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    internal const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    internal const string Wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    internal static byte[] Body { get; } = """{"test": 2432232314}"""u8.ToArray();

    internal static WebhookSecret Secret { get; } = WebhookSecret.Parse(Key);

    internal static Verifier Verifier { get; } = new([Key]);

    internal static Verdict Verify(string? id = Id, string? timestamp = Timestamp, string? signature = Signature, long now = Time) =>
        Verifier.Verify(id, timestamp, signature, Body, now);

    internal static Verdict Verify(params (string Name, string Value)[] headers) =>
        Verifier.Verify(headers.Select(header => KeyValuePair.Create(header.Name, header.Value)), Body, Time);
}
