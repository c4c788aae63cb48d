using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace JobApi.Throttling;

/// <summary>
/// How many wrong keys an address may try. Only refusals are counted and only refusals are changed: the owner of a good key gets in, from the
/// same address and in the middle of an attack.
/// </summary>
internal sealed class WrongKeys(IOptions<LimitsOptions> options, TimeProvider clock)
{
    private readonly Allowances<UInt128>? _allowances =
        options.Value.WrongKeysPerMinute is > 0 and var most ? new(most, TimeSpan.FromMinutes(1), clock) : null;

    /// <summary>Counts one; answers how long the address is to wait, or null where it is a plain refusal still.</summary>
    public TimeSpan? Count(IPAddress? from) =>
        _allowances is not null && from is not null && _allowances.Take(NetworkOf(from)) is { Granted: false } refused ? refused.Wait : null;

    /// <summary>Who owns one IPv6 address owns the 2⁶⁴ of its network, so they count as one.</summary>
    private static UInt128 NetworkOf(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        plain.TryWriteBytes(bytes, out _);
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
            bytes[8..].Clear();
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
