using System.ComponentModel.DataAnnotations;

namespace Storage;

/// <summary>Which database holds everything.</summary>
internal enum Provider { Sqlite, PostgreSql, SqlServer }

/// <summary>Section <c>Storage</c>.</summary>
internal sealed class StorageOptions
{
    /// <summary><c>Sqlite</c> (default), <c>PostgreSql</c> or <c>SqlServer</c>.</summary>
    [EnumDataType(typeof(Provider))]
    public Provider Provider { get; set; }
}
