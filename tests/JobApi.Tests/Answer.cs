using System.Text.Json;

namespace JobApi.Tests;

/// <summary>What the service answered. Every error must be a problem document, whoever made it.</summary>
public sealed record Answer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Text(string member) => Json.GetProperty(member).GetString()!;

    public bool Has(string member) => Json.TryGetProperty(member, out _);

    public string Header(string name) => Headers.TryGetValue(name, out var value) ? value : "";

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        var answer = new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), headers);
        if (answer.Status >= 400)
            answer.MustBeProblem();
        return answer;
    }

    /// <summary>Asserts the refusal by its status and its code, and that the sentence names what is wrong.</summary>
    public void MustRefuse(int status, string code, string named = "")
    {
        Assert.Equal((status, code), (Status, Text("code")));
        Assert.Contains(named, Text("detail"), StringComparison.Ordinal);
    }

    private void MustBeProblem()
    {
        Assert.Equal("application/problem+json", Header("Content-Type"));
        Assert.Equal($"/problems/{Text("code")}", Text("type"));
        Assert.Equal(Status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Text("title"));
        Assert.NotEmpty(Text("detail"));
        Assert.DoesNotContain("   at ", Body, StringComparison.Ordinal);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
    }
}
