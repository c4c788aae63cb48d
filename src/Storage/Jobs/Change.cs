namespace Storage.Jobs;

/// <summary>What became of a change that somebody asked for.</summary>
internal enum Change
{
    /// <summary>Done and written.</summary>
    Made,

    /// <summary>It had been made before; nothing changed.</summary>
    Repeated,

    /// <summary>The fence is an older one: somebody else holds the job, or it has ended.</summary>
    StaleFence,

    /// <summary>No such job.</summary>
    NotFound,

    /// <summary>An output's number is not the next one: what lies between would be lost.</summary>
    Gap,
}
