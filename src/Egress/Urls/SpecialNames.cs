namespace Egress;

/// <summary>
/// Names that mean something only near us: on this machine, on this network, or to a special resolver. The top-level names
/// <c>test</c>, <c>example</c> and <c>invalid</c> are ordinary here, as RFC 6761 asks of applications: they resolve, or they don't.
/// </summary>
internal static class SpecialNames
{
    private static readonly string[] suffixes =
    [
        ".localhost",   // RFC 6761
        ".localdomain", // localhost.localdomain of many hosts files
        ".local",       // RFC 6762, and clusters: svc.cluster.local
        ".internal",    // set aside by ICANN for private use; cloud metadata
        ".arpa",        // RFC 3172: infrastructure; home.arpa (RFC 8375) and all reverse names
        ".onion",       // RFC 7686
        ".intranet", ".private", ".corp", ".home", ".lan", // RFC 6762, appendix G: private networks use them, the root never will
        ".alt",         // RFC 9476
    ];

    /// <param name="name">Lower-case ASCII, without a trailing dot.</param>
    public static bool Contain(string name)
    {
        if (!name.Contains('.')) return true;
        foreach (var suffix in suffixes)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal)) return true;
        }
        return false;
    }
}
