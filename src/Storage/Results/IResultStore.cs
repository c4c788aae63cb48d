namespace Storage.Results;

/// <summary>What a store says of bytes that it has taken.</summary>
internal sealed record StoredBytes(long Length, byte[] Sha256);

/// <summary>
/// Keeps the bytes of uploaded results. Whose they are, and whether anybody wants them, is in the database; a store only has names. All
/// processes of one deployment see one store.
/// </summary>
internal interface IResultStore
{
    /// <summary>
    /// Takes a stream to its end. When it returns, the bytes survive a power cut; when it throws, nothing is left under the name. Null, and
    /// nothing kept, where the stream has more than <paramref name="most"/> bytes.
    /// </summary>
    Task<StoredBytes?> WriteAsync(string name, Stream content, long most, CancellationToken stop);

    /// <summary>The bytes from an offset on; null where there is nothing under the name.</summary>
    Stream? OpenRead(string name, long offset);

    /// <summary>Removes the bytes. A name that is not there is none's loss, and what can't be removed now is left to the sweep.</summary>
    void Delete(string name);

    /// <summary>All names, those of writes that never ended included.</summary>
    IEnumerable<string> List();
}
