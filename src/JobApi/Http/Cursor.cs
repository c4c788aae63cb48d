using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Storage;

namespace JobApi.Http;

/// <summary>
/// Where a list goes on: the last row's position and a check, as base64url. The check is no secret; it tells a cursor that was altered, or
/// belongs to another list, from one that we gave out.
/// </summary>
internal static class Cursor
{
    private const int PositionBytes = 16;
    private const int LongestName = 2000;
    private const int CheckBytes = 5; // 21 bytes are 28 characters without slack, so one text stands for each cursor

    public static string After<T>(Id<T> last)
        where T : INamed => After(T.Prefix, last.Value.ToUInt128());

    public static string After(string list, UInt128 position)
    {
        Span<byte> cursor = stackalloc byte[PositionBytes + CheckBytes];
        BinaryPrimitives.WriteUInt128BigEndian(cursor, position);
        Check(list, cursor[..PositionBytes], cursor[PositionBytes..]);
        return Base64Url.EncodeToString(cursor);
    }

    public static bool TryRead(string list, string text, out UInt128 position)
    {
        position = 0;
        Span<byte> cursor = stackalloc byte[PositionBytes + CheckBytes];
        Span<byte> check = stackalloc byte[CheckBytes];
        if (text.Length != 28 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, cursor, out var length) || length != cursor.Length)
            return false;
        Check(list, cursor[..PositionBytes], check);
        position = BinaryPrimitives.ReadUInt128BigEndian(cursor);
        return check.SequenceEqual(cursor[PositionBytes..]);
    }

    /// <summary>Where a list in the order of names goes on: the check, then the name.</summary>
    public static string AfterName(string list, string last)
    {
        var name = Encoding.UTF8.GetBytes(last);
        var cursor = new byte[CheckBytes + name.Length];
        name.CopyTo(cursor, CheckBytes);
        Check(list, name, cursor.AsSpan(0, CheckBytes));
        return Base64Url.EncodeToString(cursor);
    }

    public static bool TryReadName(string list, string text, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (text.Length > LongestName || !Base64Url.IsValid(text) || Base64Url.DecodeFromChars(text) is not { Length: > CheckBytes } cursor)
            return false;
        Span<byte> check = stackalloc byte[CheckBytes];
        Check(list, cursor.AsSpan(CheckBytes), check);
        if (!check.SequenceEqual(cursor.AsSpan(0, CheckBytes)))
            return false;
        name = Encoding.UTF8.GetString(cursor, CheckBytes, cursor.Length - CheckBytes);
        return true;
    }

    private static void Check(string list, ReadOnlySpan<byte> position, Span<byte> check)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Encoding.ASCII.GetBytes(list), .. position], hash);
        hash[..CheckBytes].CopyTo(check);
    }
}
