using System.Security.Cryptography;
using System.Text;

namespace Storage.Deliveries;

/// <summary>A URL whose receiver said that it is gone, remembered so that the tenant's other callbacks with it are not tried either.</summary>
internal sealed class GoneUrl
{
    public static readonly TimeSpan RememberedFor = TimeSpan.FromHours(24);

    public required Id<Receiver> ReceiverId { get; init; }

    public required byte[] UrlHash { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset Until { get; init; }

    public static byte[] HashOf(string url) => SHA256.HashData(Encoding.UTF8.GetBytes(url));
}
