namespace Storage;

/// <summary>
/// The steps at which a crash must lose nothing. The fault tests listen, and kill, throw or wait there. Nobody else can: only code in the
/// process can listen, and where none does a step costs one read of a field.
/// </summary>
internal static class Failpoint
{
    /// <summary>Hears of each step, before it when it is named after what comes and after it when it is named after what was done.</summary>
    public static Action<string>? Listener { get; set; }

    public static void Pass(string step) => Listener?.Invoke(step);
}
