namespace Storage.Chores;

/// <summary>Work that recurs and that one process does at a time, such as retention.</summary>
internal sealed class Chore : INamed
{
    public static string Prefix => "chr_";

    public required Id<Chore> Id { get; init; }

    public required string Name { get; init; }

    public DateTimeOffset DueAt { get; set; }

    public long Fence { get; set; }
}
