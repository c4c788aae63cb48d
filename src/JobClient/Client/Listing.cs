using System.Runtime.CompilerServices;
using Webhooks.Contract;

namespace Webhooks.Client;

internal static class Listing
{
    /// <summary>All items of a list, page by page as they are asked for; <paramref name="read"/> gets null for the first page.</summary>
    public static async IAsyncEnumerable<T> AllAsync<T>(
        Func<string?, CancellationToken, Task<Page<T>>> read, [EnumeratorCancellation] CancellationToken stop = default)
    {
        string? cursor = null;
        do
        {
            var page = await read(cursor, stop);
            foreach (var item in page.Items)
                yield return item;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }
}
