namespace Egress;

/// <summary>
/// Carries a verdict out through <see cref="SocketsHttpHandler"/>, which can only pass exceptions on. It never leaves
/// <see cref="EgressClient"/>.
/// </summary>
internal sealed class EgressException(EgressError error, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public EgressError Error { get; } = error;

    public string Detail { get; } = detail;
}
