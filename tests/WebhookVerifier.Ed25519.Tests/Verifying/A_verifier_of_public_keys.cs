using System.Reflection;
using System.Runtime.Loader;
using WebhookVerifier.Tests.Vectors;

namespace WebhookVerifier.Tests.Verifying;

public class A_verifier_of_public_keys
{
    private static readonly Ed25519Verifier both = new([Message.Public, Message.Secret]);

    // Some vectors have a whpk_ key that only has to be skipped; here it has to be a key.
    public static TheoryData<string> Ids =>
        [.. Vector.All.Values.Where(v => !v.Secrets.Any(s => s.StartsWith("whpk_", StringComparison.Ordinal))).Select(v => v.Id)];

    [Fact]
    public void accepts_the_published_message()
    {
        Assert.Equal(Verdict.Ok, Message.Verify());
        KeyValuePair<string, string>[] headers =
            [new("Webhook-Id", Message.Id), new("WEBHOOK-TIMESTAMP", Message.Timestamp), new("webhook-signature", Message.Signature)];
        Assert.Equal(Verdict.Ok, Message.Verifier.Verify(headers, Message.Body, Message.Time));
        Assert.Equal(Verdict.DuplicateHeader, Message.Verifier.Verify([.. headers, headers[2]], Message.Body, Message.Time));
    }

    [Theory]
    [InlineData(Message.Signature)]
    [InlineData(Message.Symmetric)]
    [InlineData("v1,AAAA v1a,BBBB " + Message.Signature)]
    [InlineData("v2,x  " + Message.Symmetric + " " + Message.Signature)]
    public void accepts_either_scheme_next_to_the_other(string signature) =>
        Assert.Equal(Verdict.Ok, both.Verify(Message.Id, Message.Timestamp, signature, Message.Body, Message.Time));

    [Theory]
    [InlineData(Message.Symmetric)]
    [InlineData("v1,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==")] // the scheme is part of it
    [InlineData("V1A,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==")]
    [InlineData("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAh==")] // loose bits
    [InlineData("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw_enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM-m7TBAg==")] // URL-safe letters
    [InlineData("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg")] // no padding
    [InlineData("v1a,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("v1a")]
    public void refuses_what_the_public_key_did_not_sign_in_this_spelling(string signature) =>
        Assert.Equal(Verdict.NoMatch, Message.Verify(signature: signature));

    [Fact]
    public void refuses_a_second_signature_that_is_made_of_the_first()
    {
        // s + L is the same number on the curve; whoever accepts it lets strangers make new signatures of old ones (RFC 8032, section 5.1.7).
        byte[] order = [0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, .. new byte[15], 0x10];
        var signature = Convert.FromBase64String(Message.Signature["v1a,".Length..]);
        for (int i = 0, carry = 0; i < order.Length; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }

        Assert.Equal(Verdict.NoMatch, Message.Verify(signature: "v1a," + Convert.ToBase64String(signature)));
    }

    [Theory]
    [InlineData(-301, Verdict.TimestampTooNew)]
    [InlineData(-300, Verdict.Ok)]
    [InlineData(300, Verdict.Ok)]
    [InlineData(301, Verdict.TimestampTooOld)]
    public void bounds_the_age_of_a_message(int later, Verdict expected) => Assert.Equal(expected, Message.Verify(now: Message.Time + later));

    [Fact]
    public void looks_at_sixteen_signatures_and_no_more()
    {
        var wrong = string.Concat(Enumerable.Repeat("v1a,x ", 15));
        Assert.Equal(Verdict.Ok, Message.Verify(signature: wrong + Message.Signature));
        Assert.Equal(Verdict.TooManySignatures, Message.Verify(signature: "v1,x " + wrong + Message.Signature));
    }

    [Fact]
    public void needs_keys_that_it_can_use()
    {
        Assert.Throws<ArgumentException>(() => new Ed25519Verifier([]));
        Assert.Throws<FormatException>(() => new Ed25519Verifier([Message.Private]));
        Assert.Throws<FormatException>(() => new Ed25519Verifier(["whpk_"]));
        Assert.ThrowsAny<ArgumentException>(() => new Ed25519Verifier([null!]));
    }

    [Theory, MemberData(nameof(Ids))]
    public void is_as_strict_as_the_other_about_shared_secrets(string id)
    {
        var vector = Vector.All[id];
        string verdict;
        try
        {
            var verifier = new Ed25519Verifier(vector.Secrets, new VerifierOptions { Tolerance = TimeSpan.FromSeconds(vector.Tolerance) });
            verdict = verifier.Verify(vector.HeaderPairs, vector.Body, vector.Now).ToCode();
        }
        catch (FormatException)
        {
            verdict = "secret_rejected";
        }

        Assert.Equal(vector.Expected, verdict);
    }

    [Fact]
    public void is_the_same_for_older_frameworks()
    {
        var package = new AssemblyLoadContext("netstandard2.0")
            .LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "netstandard2.0", "WebhookVerifier.Ed25519.dll"));
        var type = package.GetType("WebhookVerifier.Ed25519Verifier")!;
        var verifier = type.GetConstructor([typeof(IEnumerable<string>)])!.Invoke([new[] { Message.Public }]);
        var verify = type.GetMethod("Verify", [typeof(string), typeof(string), typeof(string), typeof(byte[]), typeof(long)])!;

        Assert.DoesNotContain(type.GetMethods(), m => m.GetParameters().Any(p => p.ParameterType == typeof(ReadOnlySpan<byte>)));
        Assert.Equal(Verdict.Ok, verify.Invoke(verifier, [Message.Id, Message.Timestamp, Message.Signature, Message.Body, Message.Time]));
        Assert.Equal(Verdict.NoMatch, verify.Invoke(verifier, [Message.Id, Message.Timestamp, Message.Symmetric, Message.Body, Message.Time]));
    }
}
