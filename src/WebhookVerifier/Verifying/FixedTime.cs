#if NET
using System.Runtime.InteropServices;
using System.Security.Cryptography;
#else
using System.Runtime.CompilerServices;
#endif

namespace WebhookVerifier;

/// <summary>
/// Compares what we computed with what was sent, in a time that does not depend on where they differ. Both are text: a signature
/// from the network is never decoded, so only its one canonical spelling can be equal.
/// </summary>
internal static class FixedTime
{
#if NET
    internal static bool Equals(string expected, string header, int start) =>
        CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes(expected.AsSpan()), MemoryMarshal.AsBytes(header.AsSpan(start, expected.Length)));
#else
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    internal static bool Equals(string expected, string header, int start)
    {
        var difference = 0;
        for (var i = 0; i < expected.Length; i++)
            difference |= expected[i] ^ header[start + i];
        return difference == 0;
    }
#endif
}
