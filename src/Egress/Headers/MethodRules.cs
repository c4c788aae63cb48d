namespace Egress;

/// <summary>Decides which methods a tenant may send.</summary>
internal static class MethodRules
{
    private const int MostCharacters = 32;

    private static readonly Refusal malformed = Refuse("The method must be a token of at most 32 characters, such as GET or POST.");
    private static readonly Refusal tunnels = Refuse("CONNECT, TRACE and TRACK are not sent: they speak to proxies, not to services.");

    /// <returns>Null where the method may be sent, else code <c>method_not_allowed</c>.</returns>
    public static Refusal? Check(string? method)
    {
        if (!HeaderRules.IsToken(method) || method!.Length > MostCharacters) return malformed;
        return method.ToUpperInvariant() is "CONNECT" or "TRACE" or "TRACK" ? tunnels : null;
    }

    private static Refusal Refuse(string sentence) => new("method_not_allowed", sentence);
}
