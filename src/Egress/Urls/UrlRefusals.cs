namespace Egress;

/// <summary>Every reason to refuse a URL, in words.</summary>
internal static class UrlRefusals
{
    public static readonly Refusal TooLong = new("url_too_long", "The URL is longer than 2,048 characters.");

    public static readonly Refusal Missing = Malformed("The URL is empty.");
    public static readonly Refusal BadCharacter = Malformed(
        "The URL contains a space, a control character, an invisible direction mark, a backslash or half a surrogate pair.");
    public static readonly Refusal NotAbsolute = Malformed("The URL must be absolute: https://host/path.");
    public static readonly Refusal BadAuthority = Malformed("The host and port of the URL are malformed.");
    public static readonly Refusal BadHost = Malformed(
        "The host of the URL has an empty label or a character that no host name has; write an international name in ASCII (xn--…).");

    public static readonly Refusal Scheme = new("scheme_not_allowed", "The URL must use https.");
    public static readonly Refusal Userinfo = new(
        "userinfo_not_allowed", "The URL must not carry a user name or password; they would never be sent.");
    public static readonly Refusal Fragment = new(
        "fragment_not_allowed", "The URL must not have a fragment (#…); it would never be sent.");
    public static readonly Refusal Port = new("port_not_allowed", "The port of the URL is not open to callbacks.");

    public static readonly Refusal NotCanonical = new(
        "host_not_canonical", "The host of the URL is an IP address in an unusual spelling; write it as four plain decimal numbers.");
    public static readonly Refusal Numeric = new(
        "host_numeric", "The host of the URL ends in a number but is not an IP address.");

    public static readonly Refusal Zone = NotAllowed("The host of the URL names a network zone (%…).");
    public static readonly Refusal NoName = NotAllowed(
        "The host of the URL is no DNS name: a label has more than 63 characters or starts with a hyphen, or all of it has more than 253.");
    public static readonly Refusal Local = NotAllowed("The host of the URL is a local or special-use name; use a public one.");
    public static readonly Refusal Own = NotAllowed("The host of the URL is this service itself.");

    public static readonly Refusal Address = new("address_not_allowed", "The host of the URL is an address that is not public.");

    private static Refusal Malformed(string sentence) => new("url_malformed", sentence);

    private static Refusal NotAllowed(string sentence) => new("host_not_allowed", sentence);
}
