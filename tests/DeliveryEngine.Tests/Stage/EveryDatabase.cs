using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace DeliveryEngine.Tests.Stage;

/// <summary>The databases that one suite holds to one behaviour.</summary>
public enum On { Sqlite, PostgreSql }

/// <summary>Runs a theory once per database, and per case where there are cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryDatabaseAttribute(params object[] cases) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([.. Enum.GetValues<On>().SelectMany(Rows)]);

    public override bool SupportsDiscoveryEnumeration() => true;

    private IEnumerable<ITheoryDataRow> Rows(On database) =>
        cases.Length == 0 ? [new TheoryDataRow(database)] : cases.Select(value => new TheoryDataRow(database, value));
}
