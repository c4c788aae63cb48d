using Microsoft.Extensions.Time.Testing;

namespace WebhookVerifier.Tests.Verifying;

public class A_verifier
{
    [Fact]
    public void refuses_by_default() => Assert.NotEqual(Verdict.Ok, default);

    [Fact]
    public void finds_headers_whatever_their_case() => Assert.Equal(Verdict.Ok, Message.Verify(
        ("Content-Type", "application/json"),
        ("WEBHOOK-ID", Message.Id), ("Webhook-Timestamp", Message.Timestamp), ("webhook-Signature", Message.Signature)));

    [Theory]
    [InlineData("webhook-id")]
    [InlineData("Webhook-Id")]
    [InlineData("webhook-timestamp")]
    [InlineData("WEBHOOK-SIGNATURE")]
    public void refuses_a_header_that_comes_twice_even_with_the_same_value(string name)
    {
        (string Name, string Value)[] once =
            [(WebhookHeaders.Id, Message.Id), (WebhookHeaders.Timestamp, Message.Timestamp), (WebhookHeaders.Signature, Message.Signature)];
        var again = once.Single(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

        Assert.Equal(Verdict.DuplicateHeader, Message.Verify([.. once, (name, again.Value)]));
        Assert.Equal(Verdict.DuplicateHeader, Message.Verify([(name, ""), .. once]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" \t ")]
    public void misses_a_header_that_is_absent_or_blank(string? blank)
    {
        Assert.Equal(Verdict.MissingHeader, Message.Verify(id: blank));
        Assert.Equal(Verdict.MissingHeader, Message.Verify(timestamp: blank));
        Assert.Equal(Verdict.MissingHeader, Message.Verify(signature: blank));
    }

    [Theory]
    [InlineData("a.1")]
    [InlineData(" msg_1")]
    [InlineData("msg_1 ")]
    [InlineData("msg 1")]
    [InlineData("msg_é")]
    [InlineData("msg_1\0")]
    [InlineData("msg_1\n")]
    [InlineData("msg_1,msg_1")]
    [InlineData("ｍsg")]
    public void refuses_an_id_outside_its_alphabet(string id) => Assert.Equal(Verdict.MalformedId, Message.Verify(id: id));

    [Fact]
    public void reads_ids_of_up_to_256_characters()
    {
        Assert.Equal(Verdict.NoMatch, Message.Verify(id: new string('m', 256)));
        Assert.Equal(Verdict.MalformedId, Message.Verify(id: new string('m', 257)));
    }

    [Fact]
    public void does_not_take_one_message_for_another_with_the_same_signed_content()
    {
        var header = WebhookSigner.Sign(Message.Secret, "a", 1, "2.x"u8);

        Assert.Equal(Verdict.Ok, Message.Verifier.Verify("a", "1", header, "2.x"u8, 1));
        Assert.Equal(Verdict.MalformedId, Message.Verifier.Verify("a.1", "2", header, "x"u8, 2));
    }

    [Theory]
    [InlineData("-1614265330")]
    [InlineData("01614265330")]
    [InlineData("00")]
    [InlineData(" 1614265330")]
    [InlineData("1614265330\n")]
    [InlineData("1614265330\t")]
    [InlineData("1,614,265,330")]
    [InlineData("1_614_265_330")]
    [InlineData("1.61426533e9")]
    [InlineData("1614265330L")]
    [InlineData("1614265330,1614265330")]
    [InlineData("１６１４２６５３３０")]
    [InlineData("²")]
    [InlineData("-9223372036854775808")]
    [InlineData("18446744075323816946")]
    [InlineData("253402300800")]
    [InlineData("2021-02-25T15:02:10Z")]
    public void refuses_a_timestamp_that_is_not_canonical(string timestamp) =>
        Assert.Equal(Verdict.MalformedTimestamp, Message.Verify(timestamp: timestamp));

    [Theory]
    [InlineData(-301, Verdict.TimestampTooNew)]
    [InlineData(-300, Verdict.Ok)]
    [InlineData(300, Verdict.Ok)]
    [InlineData(301, Verdict.TimestampTooOld)]
    public void tolerates_five_minutes_in_either_direction(int secondsLater, Verdict expected) =>
        Assert.Equal(expected, Message.Verify(now: Message.Time + secondsLater));

    [Theory]
    [InlineData("0", Verdict.TimestampTooOld)]
    [InlineData("253402300799", Verdict.TimestampTooNew)]
    public void takes_the_ends_of_time_for_what_they_are(string timestamp, Verdict expected) =>
        Assert.Equal(expected, Message.Verify(timestamp: timestamp));

    [Theory]
    [InlineData($"  {Message.Signature}")]
    [InlineData($"{Message.Signature} ")]
    [InlineData($"{Message.Signature} {Message.Signature}")]
    [InlineData($"{Message.Wrong}   {Message.Signature}")]
    [InlineData($"{Message.Signature} v1, , v2, v1a,x garbage")]
    public void finds_its_signature_among_others(string signature) => Assert.Equal(Verdict.Ok, Message.Verify(signature: signature));

    [Theory]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1")]
    [InlineData("v1,")]
    [InlineData("v1, g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1 g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1=g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=")]
    [InlineData("v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE==")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\t")]
    [InlineData("\tv1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\0")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1O")]
    [InlineData("v1,G0HM9SSE+OTPJTGT/TMIKTSYZLE3UFJELVLNIOLJ1OE=")]
    public void accepts_no_other_spelling_of_it(string signature) => Assert.Equal(Verdict.NoMatch, Message.Verify(signature: signature));

    [Fact]
    public void reads_sixteen_signatures_and_no_more()
    {
        string Bogus(int count) => string.Concat(Enumerable.Repeat(Message.Wrong + " ", count));

        Assert.Equal(Verdict.Ok, Message.Verify(signature: Bogus(15) + Message.Signature));
        Assert.Equal(Verdict.TooManySignatures, Message.Verify(signature: Bogus(16) + Message.Signature));
        Assert.Equal(Verdict.TooManySignatures, Message.Verify(signature: Message.Signature + " " + Bogus(16)));
        Assert.Equal(Verdict.TooManySignatures, Message.Verify(signature: Message.Signature + string.Concat(Enumerable.Repeat(" x", 16))));
    }

    [Fact]
    public void accepts_any_of_its_secrets()
    {
        WebhookSecret[] secrets = [WebhookSecret.Generate(), WebhookSecret.Generate(), WebhookSecret.Generate()];
        var verifier = new Verifier(secrets);

        Assert.All(secrets, one => Assert.Equal(Verdict.Ok, verifier.Verify(
            Message.Id, Message.Timestamp, WebhookSigner.Sign(one, Message.Id, Message.Time, Message.Body), Message.Body, Message.Time)));
    }

    [Fact]
    public void never_uses_a_public_key_as_an_HMAC_key()
    {
        const string publicKey = "whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        var forged = WebhookSigner.Sign(WebhookSecret.FromBytes(new byte[32]), Message.Id, Message.Time, Message.Body);

        Assert.Equal(Verdict.NoMatch, new Verifier([publicKey]).Verify(Message.Id, Message.Timestamp, forged, Message.Body, Message.Time));
        Assert.Equal(Verdict.Ok, new Verifier([publicKey, Message.Key])
            .Verify(Message.Id, Message.Timestamp, Message.Signature, Message.Body, Message.Time));
    }

    [Theory]
    [InlineData("whsk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("whpk_")]
    [InlineData("whpk_AAAA")]
    public void is_not_built_with_a_private_or_a_broken_asymmetric_key(string key) =>
        Assert.Throws<FormatException>(() => new Verifier([Message.Key, key]));

    [Fact]
    public void is_not_built_without_keys()
    {
        Assert.Throws<ArgumentException>(() => new Verifier(Array.Empty<string>()));
        Assert.Throws<ArgumentException>(() => new Verifier(Array.Empty<WebhookSecret>()));
    }

    [Fact]
    public void follows_the_clock_that_it_is_given()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(Message.Time));
        KeyValuePair<string, string>[] headers =
        [
            new(WebhookHeaders.Id, Message.Id), new(WebhookHeaders.Timestamp, Message.Timestamp),
            new(WebhookHeaders.Signature, Message.Signature),
        ];

        Assert.Equal(Verdict.Ok, Message.Verifier.Verify(headers, Message.Body, clock));
        clock.Advance(TimeSpan.FromSeconds(301));
        Assert.Equal(Verdict.TimestampTooOld, Message.Verifier.Verify(headers, Message.Body, clock));
    }

    [Fact]
    public void says_so_when_now_is_not_in_seconds() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Message.Verify(now: Message.Time * 1000));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1.5)]
    [InlineData(86_401)]
    public void has_a_tolerance_of_one_second_to_one_day(double seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VerifierOptions { Tolerance = TimeSpan.FromSeconds(seconds) });

    [Fact]
    public void has_a_code_for_every_verdict() =>
        Assert.Equal(Enum.GetValues<Verdict>().Length, Enum.GetValues<Verdict>().Select(verdict => verdict.ToCode()).Distinct().Count());
}
