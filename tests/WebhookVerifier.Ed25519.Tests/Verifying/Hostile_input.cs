using CsCheck;

namespace WebhookVerifier.Tests.Verifying;

public class Hostile_input
{
    private const int Few = 400; // a signature that is looked at costs a multiplication on the curve

    private static readonly Gen<string> Fragment = Gen.OneOf(
        Gen.String,
        Gen.String["v1a,= \t\0+/AZ09.-_é٣"],
        Gen.Byte.Array[64].Select(bytes => "v1a," + Convert.ToBase64String(bytes)),
        One(Message.Id, Message.Timestamp, Message.Signature, Message.Symmetric, "v1a,", "", " ", "whpk_", null!));

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
    public void that_looks_like_a_signature_neither_throws_nor_verifies() =>
        Gen.Byte.Array[64].Array[1, 4].Sample(
            signatures => Message.Verify(signature: string.Join(' ', signatures.Select(s => "v1a," + Convert.ToBase64String(s)))) == Verdict.NoMatch,
            iter: Few);

    [Fact]
    public void that_differs_by_one_bit_from_a_valid_signature_does_not_verify()
    {
        var valid = Convert.FromBase64String(Message.Signature["v1a,".Length..]);
        Gen.Int[0, valid.Length * 8 - 1].Sample(
            bit =>
            {
                var changed = (byte[])valid.Clone();
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                return Message.Verify(signature: "v1a," + Convert.ToBase64String(changed)) == Verdict.NoMatch;
            },
            iter: Few);
    }

    [Fact]
    public void that_differs_by_one_character_from_a_valid_header_does_not_verify() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1000], Gen.Char).Sample(
            (which, at, with) =>
            {
                string[] headers = [Message.Id, Message.Timestamp, Message.Signature];
                var changed = headers[which].ToCharArray();
                changed[at % changed.Length] = with;
                var same = new string(changed) == headers[which];
                headers[which] = new string(changed);
                return Message.Verify(headers[0], headers[1], headers[2]) == Verdict.Ok == same;
            },
            iter: Few);

    [Fact]
    public void that_changes_the_body_does_not_verify() =>
        Gen.Select(Gen.Int[0, Message.Body.Length - 1], Gen.Byte[1, 255], Gen.Byte.Array[0, 8]).Sample(
            (at, mask, tail) =>
            {
                byte[] body = [.. Message.Body, .. tail];
                body[at] ^= mask;
                return Message.Verifier.Verify(Message.Id, Message.Timestamp, Message.Signature, body, Message.Time) == Verdict.NoMatch;
            },
            iter: Few);

    [Fact]
    public void in_a_key_is_an_answer_and_not_an_accident() =>
        Gen.OneOf(
            Gen.String, Gen.String["whspk_+/=A "], Gen.Byte.Array[0, 70].Select(bytes => "whsk_" + Convert.ToBase64String(bytes)),
            Gen.Byte.Array[32].Select(bytes => "whpk_" + Convert.ToBase64String(bytes))).Sample(
            text => (!Ed25519SigningKey.TryParse(text, out var own) || own.Reveal() == text)
                && (!Ed25519PublicKey.TryParse(text, out var open) || open.ToString() == text),
            iter: Few);

    [Theory]
    [InlineData("v1a,")]
    [InlineData(" ")]
    [InlineData("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== ")]
    public void of_a_quarter_of_a_mebibyte_costs_no_more_memory_than_one_line(string fragment)
    {
        var header = string.Concat(Enumerable.Repeat(fragment, 256 * 1024 / fragment.Length));
        Message.Verify(signature: header);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var verdict = Message.Verify(signature: header);

        Assert.NotEqual(Verdict.Ok, verdict);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }
}
