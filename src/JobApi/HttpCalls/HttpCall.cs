using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobApi.HttpCalls;

/// <summary>Input of <c>http.request</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record HttpCall
{
    /// <summary>Default: <c>GET</c>.</summary>
    public string? Method { get; init; }

    public required string Url { get; init; }

    /// <summary>As a callback's, and <c>Content-Type</c>.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    /// <summary>A string is sent as text, other JSON as JSON.</summary>
    public JsonElement? Body { get; init; }
}

/// <summary>Result of <c>http.request</c>: whatever was answered.</summary>
internal sealed record HttpCallResult
{
    public required int Status { get; init; }

    /// <summary>Names in lower case; several values of one name are joined by a comma.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The body, where it is UTF-8.</summary>
    public string? Body { get; init; }

    /// <summary>The body, where it is not.</summary>
    public string? BodyBase64 { get; init; }
}
