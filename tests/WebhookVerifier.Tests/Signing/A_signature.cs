using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace WebhookVerifier.Tests.Signing;

public class A_signature
{
    [Fact]
    public void is_the_published_one_for_the_published_message() =>
        Assert.Equal(Message.Signature, WebhookSigner.Sign(Message.Secret, Message.Id, Message.Time, Message.Body));

    [Fact]
    public void is_what_anybody_computes_from_the_documented_content() =>
        Gen.Select(Gen.Byte.Array[24, 64], Gen.Char["azAZ09_-"].Array[1, 256], Gen.Long[0, 253_402_300_799], Gen.Byte.Array[0, 2000])
            .Sample((key, id, time, body) =>
            {
                var secret = WebhookSecret.FromBytes(key);
                byte[] content = [.. Encoding.UTF8.GetBytes($"{new string(id)}.{time}."), .. body];
                var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, content));

                return WebhookSigner.Sign(secret, new string(id), time, body) == expected
                    && WebhookSigner.Sign(secret, new string(id), time, body.AsSpan()) == expected
                    && new Verifier([secret]).Verify(new string(id), $"{time}", expected, body, time) == Verdict.Ok;
            });

    [Fact]
    public void comes_once_per_secret_during_a_rotation()
    {
        WebhookSecret[] secrets = [WebhookSecret.Generate(), WebhookSecret.Generate(), Message.Secret];

        var header = WebhookSigner.Sign(secrets, Message.Id, Message.Time, Message.Body);

        Assert.Equal(string.Join(' ', secrets.Select(one => WebhookSigner.Sign(one, Message.Id, Message.Time, Message.Body))), header);
        Assert.All(secrets, one =>
            Assert.Equal(Verdict.Ok, new Verifier([one]).Verify(Message.Id, Message.Timestamp, header, Message.Body, Message.Time)));
    }

    [Fact]
    public void of_a_retired_secret_no_longer_verifies()
    {
        WebhookSecret[] old = [WebhookSecret.Generate()];
        var header = WebhookSigner.Sign([WebhookSecret.Generate()], Message.Id, Message.Time, Message.Body);

        Assert.Equal(Verdict.NoMatch, new Verifier(old).Verify(Message.Id, Message.Timestamp, header, Message.Body, Message.Time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.1")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a\n")]
    public void is_not_made_for_an_ambiguous_id(string id) =>
        Assert.Throws<ArgumentException>(() => WebhookSigner.Sign(Message.Secret, id, Message.Time, Message.Body));

    [Fact]
    public void is_not_made_for_an_id_beyond_256_characters()
    {
        var longest = WebhookSigner.Sign(Message.Secret, new string('m', 256), 253_402_300_799, Message.Body);

        Assert.StartsWith("v1,", longest, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => WebhookSigner.Sign(Message.Secret, new string('m', 257), Message.Time, Message.Body));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1614265330_000)]
    public void is_not_made_for_a_time_that_is_not_in_seconds(long time) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WebhookSigner.Sign(Message.Secret, Message.Id, time, Message.Body));

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void is_not_made_with_no_secret_or_with_more_than_a_receiver_reads(int count)
    {
        var secrets = Enumerable.Repeat(Message.Secret, count).ToArray();

        Assert.Throws<ArgumentException>(() => WebhookSigner.Sign(secrets, Message.Id, Message.Time, Message.Body));
    }

    [Fact]
    public void costs_the_same_memory_for_a_kilobyte_as_for_a_megabyte()
    {
        var secret = WebhookSecret.Generate();
        var verifier = new Verifier([secret]);

        Assert.Equal(Signing(1024), Signing(1024 * 1024));
        Assert.Equal(Verifying(1024), Verifying(1024 * 1024));

        long Signing(int length)
        {
            var body = new byte[length];
            return Allocated(() => WebhookSigner.Sign(secret, Message.Id, Message.Time, body.AsSpan()));
        }

        long Verifying(int length)
        {
            var body = new byte[length];
            return Allocated(() => verifier.Verify(Message.Id, Message.Timestamp, Message.Wrong, body.AsSpan(), Message.Time));
        }
    }

    [Fact]
    public void is_right_when_many_threads_share_one_secret()
    {
        var bodies = Enumerable.Range(0, 2000).Select(n => Encoding.UTF8.GetBytes($"body {n}")).ToArray();
        var alone = bodies.Select(body => WebhookSigner.Sign(WebhookSecret.Parse(Message.Key), Message.Id, Message.Time, body)).ToArray();

        var together = bodies.AsParallel().AsOrdered().WithDegreeOfParallelism(16)
            .Select(body => WebhookSigner.Sign(Message.Secret, Message.Id, Message.Time, body)).ToArray();

        Assert.Equal(alone, together);
    }

    // The smallest of several rounds: the first one makes the keyed hash that the others use again.
    private static long Allocated(Action act) => Enumerable.Range(0, 10).Min(_ =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    });
}
