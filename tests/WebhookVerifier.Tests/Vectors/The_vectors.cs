namespace WebhookVerifier.Tests.Vectors;

public class The_vectors
{
    public static TheoryData<string> Ids => [.. Vector.All.Keys];

    [Theory, MemberData(nameof(Ids))]
    public void hold_for_the_current_framework(string id) => Assert.Equal(Vector.All[id].Expected, Verify(Vector.All[id], inSpans: true));

    [Theory, MemberData(nameof(Ids))]
    public void hold_for_arrays_as_for_spans(string id) => Assert.Equal(Vector.All[id].Expected, Verify(Vector.All[id], inSpans: false));

    [Theory, MemberData(nameof(Ids))]
    public void hold_for_the_build_that_older_frameworks_get(string id) =>
        Assert.Equal(Vector.All[id].Expected, NetStandardBuild.Verify(Vector.All[id]));

    [Fact]
    public void run_against_two_different_builds() => Assert.False(NetStandardBuild.HasSpans);

    private static string Verify(Vector vector, bool inSpans)
    {
        Verifier verifier;
        try
        {
            verifier = new Verifier(vector.Secrets, new VerifierOptions { Tolerance = TimeSpan.FromSeconds(vector.Tolerance) });
        }
        catch (FormatException)
        {
            return "secret_rejected";
        }

        var verdict = inSpans
            ? verifier.Verify(vector.HeaderPairs, vector.Body.AsSpan(), vector.Now)
            : verifier.Verify(vector.HeaderPairs, vector.Body, vector.Now);
        return verdict.ToCode();
    }
}
