using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Storage.Tests.Databases;

/// <summary>The databases that one suite holds to one behaviour.</summary>
public enum On { Sqlite, PostgreSql, SqlServer }

/// <summary>
/// Runs a theory once per database. SQL Server takes part where the environment variable <c>ConnectionStrings__SqlServerTests</c> names one;
/// without it there is no such test, and <c>SqlServer/</c> holds what can be known about its SQL.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryDatabaseAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        List<ITheoryDataRow> databases =
        [
            new TheoryDataRow<On>(On.Sqlite),
            new TheoryDataRow<On>(On.PostgreSql),
        ];
        if (SqlServerDatabase.IsConfigured)
            databases.Add(new TheoryDataRow<On>(On.SqlServer));
        return ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(databases);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
