using Faults.Inside;
using Egress;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Storage;

[assembly: HostingStartup(typeof(Injected))]

namespace Faults.Inside;

/// <summary>
/// Puts services of the tests in the place of the machine's, in a program that is started with <c>ASPNETCORE_HOSTINGSTARTUPASSEMBLIES=Faults</c>:
/// a clock that goes wrong, and names that are slow to resolve.
/// </summary>
internal sealed class Injected : IHostingStartup
{
    public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(services =>
    {
        services.AddSingleton(new DatabaseClock(new ShiftedClock(Settings.ClockShift)));
        services.AddSingleton<IResolver>(new ScriptedResolver(Settings.NamesFile));
    });
}

/// <summary>What a process under test is told, in environment variables.</summary>
internal static class Settings
{
    public const string ClockShiftName = "FAULTS_CLOCK_SHIFT";
    public const string NamesFileName = "FAULTS_NAMES";
    public const string FailpointName = "FAULTS_FAILPOINT";

    public static TimeSpan ClockShift => TimeSpan.TryParse(Environment.GetEnvironmentVariable(ClockShiftName), System.Globalization.CultureInfo.InvariantCulture, out var shift) ? shift : TimeSpan.Zero;

    public static string? NamesFile => Environment.GetEnvironmentVariable(NamesFileName);

    public static string? Failpoint => Environment.GetEnvironmentVariable(FailpointName);
}
