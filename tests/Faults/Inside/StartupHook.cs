using Faults.Inside;

/// <summary>
/// What the runtime calls before a program's first line, where the environment variable <c>DOTNET_STARTUP_HOOKS</c> names this assembly: how the
/// tests get into the very programs that are shipped, without a switch for them in there.
/// </summary>
internal static class StartupHook
{
    public static void Initialize() => Failpoints.ListenAsConfigured();
}
