using CsCheck;

namespace WebhookVerifier.Tests.Verifying;

public class Hostile_input
{
    private static readonly Gen<string> Fragment = Gen.OneOf(
        Gen.String,
        Gen.String["v1,= \t\0+/aZ09.-_é٣"],
        One(Message.Id, Message.Timestamp, Message.Signature, "v1,", "", " ", "whsec_", null!));

    private static readonly Gen<string> HeaderName = Gen.OneOf(
        Gen.String, One("webhook-id", "Webhook-Timestamp", "WEBHOOK-SIGNATURE", "webhook_id", null!));

    private static Gen<string> One(params string[] constants) => Gen.Int[0, constants.Length - 1].Select(index => constants[index]);

    [Fact]
    public void in_the_three_headers_neither_throws_nor_verifies() =>
        Gen.Select(Fragment, Fragment, Fragment, Gen.Byte.Array[0, 64], Gen.Long[0, 253_402_300_799])
            .Sample((id, timestamp, signature, body, now) => Message.Verifier.Verify(id, timestamp, signature, body, now) != Verdict.Ok);

    [Fact]
    public void in_any_set_of_headers_neither_throws_nor_verifies() =>
        Gen.Select(Gen.Select(HeaderName, Fragment).Array[0, 8], Gen.Byte.Array[0, 64])
            .Sample((headers, body) => Message.Verifier.Verify(
                headers.Select(header => KeyValuePair.Create(header.Item1, header.Item2)), body, Message.Time) != Verdict.Ok);

    [Fact]
    public void that_differs_by_one_character_from_a_valid_header_does_not_verify() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1000], Gen.Char).Sample((which, at, with) =>
        {
            string[] headers = [Message.Id, Message.Timestamp, Message.Signature];
            var changed = headers[which].ToCharArray();
            changed[at % changed.Length] = with;
            var same = new string(changed) == headers[which];
            headers[which] = new string(changed);

            return Message.Verifier.Verify(headers[0], headers[1], headers[2], Message.Body, Message.Time) == Verdict.Ok == same;
        });

    [Fact]
    public void that_differs_by_one_bit_from_a_valid_body_does_not_verify()
    {
        for (var bit = 0; bit < Message.Body.Length * 8; bit++)
        {
            var body = (byte[])Message.Body.Clone();
            body[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.Equal(Verdict.NoMatch, Verify(body));
        }
    }

    [Fact]
    public void that_repeats_one_of_the_three_headers_is_refused_wherever_it_stands() =>
        Gen.Select(Gen.Int[0, 2], Fragment, Gen.Int[0, 3], Gen.Bool).Sample((which, value, at, upper) =>
        {
            List<KeyValuePair<string, string>> headers =
                [new("webhook-id", Message.Id), new("webhook-timestamp", Message.Timestamp), new("webhook-signature", Message.Signature)];
            var name = headers[which].Key;
            headers.Insert(at, new(upper ? name.ToUpperInvariant() : name, value));
            return Message.Verifier.Verify(headers, Message.Body, Message.Time) == Verdict.DuplicateHeader;
        });

    [Theory]
    [InlineData("v1,")]
    [InlineData(" ")]
    [InlineData(Message.Signature + " ")]
    [InlineData("x")]
    public void of_a_quarter_of_a_mebibyte_costs_no_more_memory_than_one_line(string fragment)
    {
        var huge = string.Concat(Enumerable.Repeat(fragment, 256 * 1024 / fragment.Length));
        Assert.InRange(AllocatedBy(() => Message.Verify(signature: huge)), 0, 4096);
        Assert.InRange(AllocatedBy(() => Message.Verify(id: huge)), 0, 4096);
        Assert.InRange(AllocatedBy(() => Message.Verify(timestamp: huge)), 0, 4096);

        static long AllocatedBy(Func<Verdict> verify)
        {
            verify();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.NotEqual(Verdict.Ok, verify());
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void that_is_cut_or_prolonged_does_not_verify() =>
        Gen.Select(Gen.Int[0, 19], Gen.Byte.Array[1, 40]).Sample((length, tail) =>
            Verify(Message.Body[..length]) == Verdict.NoMatch && Verify([.. Message.Body, .. tail]) == Verdict.NoMatch);

    [Fact]
    public void in_a_secret_is_an_answer_and_not_an_accident() =>
        Gen.OneOf(Gen.String, Gen.String["whsecpk_+/=A "]).Sample(text =>
        {
            var parsed = WebhookSecret.TryParse(text, out var secret);
            return parsed == secret is not null && (!parsed || secret!.Reveal().EndsWith(text, StringComparison.Ordinal));
        });

    private static Verdict Verify(byte[] body) =>
        Message.Verifier.Verify(Message.Id, Message.Timestamp, Message.Signature, body, Message.Time);
}
