using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Storage.Chores;
using Storage.Deliveries;
using Storage.Gates;
using Storage.Jobs;
using Storage.Operations;
using Storage.Replays;
using Storage.Results;
using Storage.Tenants;
using Storage.Workers;

namespace Storage;

/// <summary>
/// The model, once for all databases. There are no foreign keys: rows that belong together are written in one transaction and removed
/// together, and the hot paths need not lock a parent. Partial indexes hold only what is due, so they stay small however long the history.
/// </summary>
internal abstract class WebhooksDb(DbContextOptions options) : DbContext(options)
{
    public DbSet<Tenant> Tenants => Set<Tenant>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();
    public DbSet<Job> Jobs => Set<Job>();
    public DbSet<JobEvent> JobEvents => Set<JobEvent>();
    public DbSet<Callback> Callbacks => Set<Callback>();
    public DbSet<Receiver> Receivers => Set<Receiver>();
    public DbSet<Delivery> Deliveries => Set<Delivery>();
    public DbSet<Attempt> Attempts => Set<Attempt>();
    public DbSet<GoneUrl> GoneUrls => Set<GoneUrl>();
    public DbSet<Chore> Chores => Set<Chore>();
    public DbSet<Replay> Replays => Set<Replay>();
    public DbSet<OperationsSequence> OperationsSequences => Set<OperationsSequence>();
    public DbSet<Gate> Gates => Set<Gate>();
    public DbSet<Worker> Workers => Set<Worker>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        // One convention for time: UTC, whole milliseconds since 1970. Every database compares and indexes it alike.
        configuration.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        Name<Tenant>();
        Name<ApiKey>();
        Name<SigningKey>();
        Name<Job>();
        Name<Callback>();
        Name<Receiver>();
        Name<Delivery>();
        Name<Chore>();
        Name<Replay>();

        void Name<T>()
            where T : INamed => ConfigureId(configuration.Properties<Id<T>>());
    }

    /// <summary>How the database keeps an id, such that its order is the order of time.</summary>
    protected virtual void ConfigureId<T>(PropertiesConfigurationBuilder<Id<T>> ids)
        where T : INamed => ids.HaveConversion<BigEndianId<T>>().HaveMaxLength(16).AreFixedLength();

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<Tenant>(t => t.Property(x => x.Name).HasMaxLength(200));
        model.Entity<ApiKey>(k =>
        {
            k.Property(x => x.Name).HasMaxLength(200);
            k.Property(x => x.Hash).HasMaxLength(32).IsFixedLength();
            k.Property(x => x.Types).HasMaxLength(4000);
            k.HasIndex(x => x.Hash).IsUnique();
        });
        model.Entity<SigningKey>(k =>
        {
            k.Property(x => x.PublicKey).HasMaxLength(100);
            k.HasIndex(x => x.TenantId);
            k.HasIndex(x => x.ExpiresAt).HasFilter("ExpiresAt IS NOT NULL");
        });
        model.Entity<Job>(j =>
        {
            j.Ignore(x => x.IsTerminal);
            j.Ignore(x => x.CountedAttempts);
            j.Property(x => x.MaxLostLeases).HasDefaultValue(Job.DefaultMaxLostLeases);
            j.Property(x => x.LeaseSeconds).HasDefaultValue(Job.DefaultLeaseSeconds);
            j.Property(x => x.IsLimited).HasConversion<int>();
            j.Property(x => x.Type).HasMaxLength(64);
            j.Property(x => x.Worker).HasMaxLength(200);
            j.Property(x => x.ProgressMessage).HasMaxLength(1000);
            j.Property(x => x.ErrorCode).HasMaxLength(100);
            j.Property(x => x.ErrorMessage).HasMaxLength(4000);
            j.Property(x => x.Upload).HasConversion(x => x!.ToColumn(), text => UploadedResult.FromColumn(text)).HasMaxLength(2000);
            j.Property(x => x.IdempotencyHash).HasMaxLength(32).IsFixedLength();
            j.Property(x => x.RequestHash).HasMaxLength(32).IsFixedLength();
            j.HasIndex(x => new { x.TenantId, x.IdempotencyHash }).IsUnique().HasFilter("IdempotencyHash IS NOT NULL");
            j.HasIndex(x => new { x.TenantId, x.Type, x.Priority, x.DueAt }, "IX_Jobs_Pending").HasFilter("Status = 0");
            j.HasIndex(x => new { x.TenantId, x.Type }, "IX_Jobs_Running").HasFilter("Status = 1");
            j.HasIndex(x => x.DueAt, "IX_Jobs_Leased").HasFilter("Status = 1");
            j.HasIndex(x => x.StartBy).HasFilter("Status = 0 AND StartBy IS NOT NULL");
            j.HasIndex(x => x.ExpiresAt).HasFilter("ExpiresAt IS NOT NULL");
            j.HasIndex(x => new { x.TenantId, x.Id }, "IX_Jobs_Failed").HasFilter("Status = 3");
        });
        model.Entity<JobEvent>(e => e.HasKey(x => new { x.JobId, x.Seq }));
        model.Entity<Callback>(c =>
        {
            c.Property(x => x.Url).HasMaxLength(2048);
            c.Property(x => x.Reason).HasMaxLength(100);
            c.Property(x => x.Schedule).HasMaxLength(400);
            c.HasIndex(x => x.JobId);
        });
        model.Entity<Receiver>(r =>
        {
            r.Property(x => x.Origin).HasMaxLength(300);
            r.HasIndex(x => new { x.DueAt, x.Id });
            r.HasIndex(x => new { x.TenantId, x.Lane, x.Id });
        });
        model.Entity<Delivery>(d =>
        {
            d.Property(x => x.Reason).HasMaxLength(100);
            d.HasIndex(x => new { x.ReceiverId, x.Retry, x.DueAt, x.Id }, "IX_Deliveries_Due").HasFilter("Status = 0");
            d.HasIndex(x => new { x.CallbackId, x.Status, x.Seq }, "IX_Deliveries_Ordered").HasFilter("Ordering > 0");
            d.HasIndex(x => new { x.JobId, x.Seq });
            d.HasIndex(x => new { x.TenantId, x.Status, x.Id });
            d.HasIndex(x => new { x.ReceiverId, x.Status, x.Id });
            d.HasIndex(x => new { x.TenantId, x.Status, x.Reason, x.Id }).HasFilter("Reason IS NOT NULL");
        });
        model.Entity<Attempt>(a =>
        {
            a.HasKey(x => new { x.DeliveryId, x.Number });
            a.Property(x => x.Error).HasMaxLength(100);
            a.Property(x => x.ErrorDetail).HasMaxLength(100);
            a.Property(x => x.Excerpt).HasMaxLength(4096);
            a.Property(x => x.Engine).HasMaxLength(200);
        });
        model.Entity<GoneUrl>(g =>
        {
            g.HasKey(x => new { x.ReceiverId, x.UrlHash });
            g.Property(x => x.UrlHash).HasMaxLength(32).IsFixedLength();
            g.Property(x => x.Reason).HasMaxLength(100);
            g.HasIndex(x => x.Until);
        });
        model.Entity<Replay>(r =>
        {
            r.Ignore(x => x.IsFinished);
            r.Property(x => x.Reason).HasMaxLength(100);
            r.Property(x => x.IdempotencyHash).HasMaxLength(32).IsFixedLength();
            r.Property(x => x.RequestHash).HasMaxLength(32).IsFixedLength();
            r.HasIndex(x => new { x.TenantId, x.IdempotencyHash }).IsUnique().HasFilter("IdempotencyHash IS NOT NULL");
            r.HasIndex(x => new { x.TenantId, x.Id });
            r.HasIndex(x => x.DueAt).HasFilter("Status = 0");
            r.HasIndex(x => x.FinishedAt).HasFilter("FinishedAt IS NOT NULL");
        });
        model.Entity<OperationsSequence>(s => s.HasKey(x => x.LogId));
        model.Entity<Chore>(c =>
        {
            c.Property(x => x.Name).HasMaxLength(100);
            c.HasIndex(x => x.Name).IsUnique();
        });
        model.Entity<Gate>(g =>
        {
            g.Ignore(x => x.Restricts);
            g.HasKey(x => new { x.TenantId, x.Type });
            g.Property(x => x.Type).HasMaxLength(64);
        });
        model.Entity<Worker>(w =>
        {
            w.Ignore(x => x.IsInProcess);
            w.Ignore(x => x.TypeList);
            w.HasKey(x => new { x.TenantId, x.Name });
            w.Property(x => x.Name).HasMaxLength(Worker.LongestName);
            w.Property(x => x.Version).HasMaxLength(Worker.LongestVersion);
        });
        foreach (var property in model.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
            property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
    }


    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    private sealed class BigEndianId<T>() : ValueConverter<Id<T>, byte[]>(
        id => id.Value.ToByteArray(true), bytes => new Id<T>(new Guid(bytes, true)))
        where T : INamed;
}
