using System.Reflection;
using Storage.Sql;

namespace Storage.Tests.Statements;

/// <summary>Every statement of the storage, found by reflection so that none is forgotten.</summary>
internal static class Catalogue
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<(string Name, Statement Statement)> All { get; } =
    [
        .. typeof(Statement).Assembly.GetTypes()
            .Where(type => !type.ContainsGenericParameters)
            .SelectMany(type => type.GetFields(Static))
            .SelectMany(field => In(field).Select(statement => ($"{field.DeclaringType!.Name}.{field.Name}", statement)))
            .OrderBy(found => found.Item1, StringComparer.Ordinal),
    ];

    private static IEnumerable<Statement> In(FieldInfo field) => field.FieldType switch
    {
        var type when type.IsAssignableTo(typeof(Statement)) => [(Statement)field.GetValue(null)!],
        var type when type.IsAssignableTo(typeof(IEnumerable<Statement>)) => (IEnumerable<Statement>)field.GetValue(null)!,
        _ => [],
    };
}
