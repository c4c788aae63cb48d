using Storage.Results;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Jobs;

/// <summary>The SQL that the job log is written and read with.</summary>
internal static class JobStatements
{
    private const string Columns = """
        j.Id, j.TenantId, j.Type, j.Status, j.Version, j.Priority, j.Attempt, j.MaxAttempts, j.DueAt, j.Fence, j.Worker, j.CreatedAt, j.RunAt,
        j.StartBy, j.StartedAt, j.AttemptEndsAt, j.FinishedAt, j.ExpiresAt, j.CancelRequestedAt, j.TimeoutSeconds, j.TtlSeconds, j.Progress,
        j.ProgressMessage, j.ProgressAt, j.RedriveOf, j.Metadata, j.Input, j.Result, j.ErrorCode, j.ErrorMessage, j.Saved, j.OutputSeq,
        j.CallbackCount, j.CallbackEvents, j.IdempotencyHash, j.RequestHash, j.LostLeases, j.MaxLostLeases, j.LeaseSeconds, j.IsLimited,
        j.BackoffBase, j.BackoffFactor, j.BackoffMax, j.Upload
        """;

    private static readonly Column<Job>[] Key = [Col.Id<Job, Job>("Id", j => j.Id)];

    private static readonly Column<Job>[] Fixed =
    [
        Col.Id<Job, Tenant>("TenantId", j => j.TenantId), Col.Name<Job>("Type", j => j.Type), Col.Int<Job>("Priority", j => j.Priority),
        Col.Int<Job>("MaxAttempts", j => j.MaxAttempts), Col.Time<Job>("CreatedAt", j => j.CreatedAt), Col.Time<Job>("RunAt", j => j.RunAt),
        Col.Time<Job>("StartBy", j => j.StartBy), Col.Int<Job>("TimeoutSeconds", j => j.TimeoutSeconds),
        Col.Int<Job>("TtlSeconds", j => j.TtlSeconds), Col.Id<Job, Job>("RedriveOf", j => j.RedriveOf), Col.Text<Job>("Metadata", j => j.Metadata),
        Col.Bytes<Job>("Input", j => j.Input), Col.Hash<Job>("IdempotencyHash", j => j.IdempotencyHash),
        Col.Hash<Job>("RequestHash", j => j.RequestHash), Col.Int<Job>("MaxLostLeases", j => j.MaxLostLeases),
        Col.Double<Job>("BackoffBase", j => j.BackoffBase), Col.Double<Job>("BackoffFactor", j => j.BackoffFactor),
        Col.Double<Job>("BackoffMax", j => j.BackoffMax),
    ];

    private static readonly Column<Job>[] State =
    [
        Col.Int<Job>("Status", j => (int)j.Status), Col.Int<Job>("Version", j => j.Version), Col.Int<Job>("Attempt", j => j.Attempt),
        Col.Time<Job>("DueAt", j => j.DueAt), Col.Long<Job>("Fence", j => j.Fence), Col.Text<Job>("Worker", j => j.Worker),
        Col.Time<Job>("StartedAt", j => j.StartedAt), Col.Time<Job>("AttemptEndsAt", j => j.AttemptEndsAt),
        Col.Time<Job>("FinishedAt", j => j.FinishedAt), Col.Time<Job>("ExpiresAt", j => j.ExpiresAt),
        Col.Time<Job>("CancelRequestedAt", j => j.CancelRequestedAt), Col.Double<Job>("Progress", j => j.Progress),
        Col.Text<Job>("ProgressMessage", j => j.ProgressMessage), Col.Time<Job>("ProgressAt", j => j.ProgressAt),
        Col.Bytes<Job>("Result", j => j.Result), Col.Text<Job>("ErrorCode", j => j.ErrorCode), Col.Text<Job>("ErrorMessage", j => j.ErrorMessage),
        Col.Bytes<Job>("Saved", j => j.Saved), Col.Int<Job>("OutputSeq", j => j.OutputSeq), Col.Int<Job>("CallbackCount", j => j.CallbackCount),
        Col.Int<Job>("CallbackEvents", j => (int)j.CallbackEvents), Col.Int<Job>("LostLeases", j => j.LostLeases),
        Col.Int<Job>("LeaseSeconds", j => j.LeaseSeconds), Col.Int<Job>("IsLimited", j => j.IsLimited ? 1 : 0),
        Col.Text<Job>("Upload", j => j.Upload?.ToColumn()),
    ];

    /// <summary>Inserts jobs; one whose idempotency key is taken is left out, and the caller reads the key back.</summary>
    public static readonly Statement<Job> Insert = new(
        $$"""
        INSERT INTO Jobs ({{Names("", Key, Fixed, State)}})
        SELECT {{Names("r.", Key, Fixed, State)}} FROM {rows} r
        WHERE r.IdempotencyHash IS NULL OR NOT EXISTS (
            SELECT 1 FROM Jobs AS k {key lock} WHERE k.TenantId = r.TenantId AND k.IdempotencyHash = r.IdempotencyHash AND k.IdempotencyHash IS NOT NULL)
        {or ignore}
        """,
        [.. Key, .. Fixed, .. State]);

    public static readonly Statement<Job> Update = new(
        $$"""
        UPDATE Jobs SET {{string.Join(", ", State.Select(c => $"{c.Name} = r.{c.Name}"))}}
        FROM {rows} r WHERE Jobs.Id = r.Id
        """,
        [.. Key, .. State]);

    /// <summary>Locks jobs until the commit and reads them.</summary>
    public static readonly Statement<Id<Job>> Lock = new(
        $$"""
        SELECT {{Columns}} FROM {rows} r, Jobs AS j {lock} WHERE j.Id = r.Id ORDER BY j.Id {for update of j}
        """,
        Col.Id<Id<Job>, Job>("Id", id => id));

    public static readonly Statement<Job> FindByKey = new(
        """
        SELECT k.Id, k.TenantId, k.IdempotencyHash, k.RequestHash FROM {rows} r, Jobs AS k
        WHERE k.TenantId = r.TenantId AND k.IdempotencyHash = r.IdempotencyHash AND k.IdempotencyHash IS NOT NULL
        """,
        Col.Id<Job, Tenant>("TenantId", j => j.TenantId),
        Col.Hash<Job>("IdempotencyHash", j => j.IdempotencyHash));

    public static readonly Statement<Id<Job>> AreThere = new(
        "SELECT j.Id FROM {rows} r, Jobs AS j WHERE j.Id = r.Id", Col.Id<Id<Job>, Job>("Id", id => id));

    /// <summary>Jobs as a list shows them: without their inputs, which may be large.</summary>
    public static readonly Statement<Id<Job>> Show = new(
        $"SELECT {Columns.Replace("j.Input", "NULL AS Input", StringComparison.Ordinal)} FROM {{rows}} r, Jobs AS j WHERE j.Id = r.Id",
        Col.Id<Id<Job>, Job>("Id", id => id));

    public static readonly PlainStatement Head = new("SELECT j.TenantId, j.Version, j.Status FROM Jobs AS j WHERE j.Id = @id");

    public static readonly PlainStatement CountPending = new(
        """
        SELECT CAST(COUNT(p.Id) AS bigint) FROM (
            SELECT {top:@max} j.Id FROM Jobs AS j WHERE j.TenantId = @tenant AND j.Status = 0 {limit:@max}) AS p
        """);

    public static readonly PlainStatement Find = new($"SELECT {Columns} FROM Jobs AS j WHERE j.Id = @id");

    /// <summary>Running jobs whose lease has ended.</summary>
    public static readonly PlainStatement Lapsed = new(
        $$"""
        SELECT {top:@max} {{Columns}} FROM Jobs AS j {claim} WHERE j.Status = 1 AND j.DueAt <= @now ORDER BY j.DueAt {limit:@max} {for claim}
        """);

    /// <summary>Pending jobs that were to be started by now and never were; one that waits for a retry was.</summary>
    public static readonly PlainStatement Overdue = new(
        $$"""
        SELECT {top:@max} {{Columns}} FROM Jobs AS j {claim}
        WHERE j.Status = 0 AND j.StartBy IS NOT NULL AND j.StartBy <= @now AND j.StartedAt IS NULL ORDER BY j.StartBy {limit:@max} {for claim}
        """);

    public static readonly Statement<JobEvent> InsertEvents = new(
        "INSERT INTO JobEvents (JobId, Seq, Type, Body, CreatedAt) SELECT r.JobId, r.Seq, r.Type, r.Body, r.CreatedAt FROM {rows} r",
        Col.Id<JobEvent, Job>("JobId", e => e.JobId), Col.Int<JobEvent>("Seq", e => e.Seq), Col.Int<JobEvent>("Type", e => (int)e.Type),
        Col.Bytes<JobEvent>("Body", e => e.Body), Col.Time<JobEvent>("CreatedAt", e => e.CreatedAt));

    public static readonly PlainStatement ReadEvents = new(
        """
        SELECT {top:@max} e.Seq, e.Type, e.Body FROM JobEvents AS e WHERE e.JobId = @id AND e.Seq > @after ORDER BY e.Seq {limit:@max}
        """);

    public static Job Read(Row row) => new()
    {
        Id = row.Id<Job>(), TenantId = row.Id<Tenant>(), Type = row.Text(), Status = (JobStatus)row.Int(), Version = row.Int(),
        Priority = row.Int(), Attempt = row.Int(), MaxAttempts = row.Int(), DueAt = row.Time(), Fence = row.Long(), Worker = row.MaybeText(),
        CreatedAt = row.Time(), RunAt = row.MaybeTime(), StartBy = row.MaybeTime(), StartedAt = row.MaybeTime(), AttemptEndsAt = row.MaybeTime(),
        FinishedAt = row.MaybeTime(), ExpiresAt = row.MaybeTime(), CancelRequestedAt = row.MaybeTime(), TimeoutSeconds = row.Int(),
        TtlSeconds = row.Int(), Progress = row.MaybeDouble(), ProgressMessage = row.MaybeText(), ProgressAt = row.MaybeTime(),
        RedriveOf = row.MaybeId<Job>(), Metadata = row.MaybeText(), Input = row.MaybeBytes() ?? [], Result = row.MaybeBytes(), ErrorCode = row.MaybeText(),
        ErrorMessage = row.MaybeText(), Saved = row.MaybeBytes(), OutputSeq = row.Int(), CallbackCount = row.Int(),
        CallbackEvents = (EventSet)row.Int(), IdempotencyHash = row.MaybeBytes(), RequestHash = row.MaybeBytes(), LostLeases = row.Int(),
        MaxLostLeases = row.Int(), LeaseSeconds = row.Int(), IsLimited = row.Int() != 0, BackoffBase = row.MaybeDouble(),
        BackoffFactor = row.MaybeDouble(), BackoffMax = row.MaybeDouble(), Upload = UploadedResult.FromColumn(row.MaybeText()),
    };

    private static string Names(string prefix, params Column<Job>[][] groups) =>
        string.Join(", ", groups.SelectMany(g => g).Select(c => prefix + c.Name));
}
