using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Storage;

/// <summary>A row that is named in public by a prefix and an id, such as <c>job_…</c>.</summary>
internal interface INamed
{
    static abstract string Prefix { get; }
}

/// <summary>
/// The id of one kind of row: a UUIDv7 (RFC 9562, section 5.7), so that the order of ids is the order of creation. Shown as the kind's
/// prefix and 26 lower-case characters of Crockford's base32; exactly one text stands for each id.
/// </summary>
internal readonly record struct Id<T>(Guid Value) : IComparable<Id<T>>
    where T : INamed
{
    private const int Digits = 26;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static Id<T> New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>The smallest UUIDv7 of a time: 48 bits of milliseconds, then zeros. Ids of rows that were made earlier come before it.</summary>
    public static Id<T> Earliest(DateTimeOffset time) => new(((UInt128)(ulong)Math.Max(time.ToUnixTimeMilliseconds(), 0) << 80).ToGuid());

    /// <summary>The time in a UUIDv7.</summary>
    [JsonIgnore] // an id that follows from what it names has none
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds((long)(Value.ToUInt128() >> 80));

    /// <summary>
    /// An id that comes after those of the same millisecond with a smaller number: the first 24 of its 74 random bits are the number
    /// (RFC 9562, section 6.2, method 1).
    /// </summary>
    public static Id<T> New(DateTimeOffset now, int number)
    {
        var bits = Guid.CreateVersion7(now).ToUInt128();
        var (high, low) = ((UInt128)((uint)number >> 12 & 0xfff), (UInt128)((uint)number & 0xfff));
        bits &= ~((UInt128)0xfff << 64 | (UInt128)0xfff << 50);
        return new((bits | high << 64 | low << 50).ToGuid());
    }

    public int CompareTo(Id<T> other) => Value.CompareTo(other.Value);

    public override string ToString() => string.Create(T.Prefix.Length + Digits, Value, static (text, value) =>
    {
        T.Prefix.CopyTo(text);
        var bits = value.ToUInt128();
        for (var i = text.Length - 1; i >= T.Prefix.Length; i--, bits >>= 5)
            text[i] = Alphabet[(int)(bits & 31)];
    });

    public static bool TryParse([NotNullWhen(true)] string? text, out Id<T> id)
    {
        id = default;
        if (text is null || text.Length != T.Prefix.Length + Digits || !text.StartsWith(T.Prefix, StringComparison.Ordinal))
            return false;
        var digits = text.AsSpan(T.Prefix.Length);
        if (digits[0] > '7') // 26 digits hold 130 bits, an id has 128
            return false;
        UInt128 bits = 0;
        foreach (var digit in digits)
        {
            var value = Alphabet.IndexOf(digit, StringComparison.Ordinal);
            if (value < 0)
                return false;
            bits = (bits << 5) | (uint)value;
        }
        id = new(bits.ToGuid());
        return true;
    }
}

internal static class GuidBits
{
    public static UInt128 ToUInt128(this Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static Guid ToGuid(this UInt128 bits)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        return new Guid(bytes, bigEndian: true);
    }
}
