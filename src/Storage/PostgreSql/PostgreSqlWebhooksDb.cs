using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Storage.PostgreSql;

internal sealed class PostgreSqlWebhooksDb(DbContextOptions<PostgreSqlWebhooksDb> options) : WebhooksDb(options)
{
    protected override void ConfigureId<T>(PropertiesConfigurationBuilder<Id<T>> ids) => ids.HaveConversion<UuidId<T>>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);
        // PostgreSQL folds unquoted names to lower case. With tables and columns named so, the same SQL fits all databases.
        foreach (var entity in model.Model.GetEntityTypes())
        {
            entity.SetTableName(entity.GetTableName()!.ToLowerInvariant());
            foreach (var property in entity.GetProperties())
                property.SetColumnName(property.Name.ToLowerInvariant());
        }
    }

    private sealed class UuidId<T>() : ValueConverter<Id<T>, Guid>(id => id.Value, value => new Id<T>(value))
        where T : INamed;
}
