using System.Buffers.Binary;
using System.Buffers.Text;
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

    private static void Check(string list, ReadOnlySpan<byte> position, Span<byte> check)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Encoding.ASCII.GetBytes(list), .. position], hash);
        hash[..CheckBytes].CopyTo(check);
    }
}
