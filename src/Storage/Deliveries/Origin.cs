namespace Storage.Deliveries;

/// <summary>The origin of a URL (RFC 6454, section 4), written <c>scheme://host:port</c> with the port always there.</summary>
internal static class Origin
{
    public static string Of(string url) => Of(new Uri(url));

    public static string Of(Uri url) => $"{url.Scheme}://{(url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost)}:{url.Port}";
}
