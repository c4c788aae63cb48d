using System.Reflection;
using System.Runtime.Loader;

namespace WebhookVerifier.Tests.Vectors;

/// <summary>The verifier as an application on an older framework gets it, in a load context of its own.</summary>
internal static class NetStandardBuild
{
    private static readonly Assembly Package = new AssemblyLoadContext("netstandard2.0")
        .LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "netstandard2.0", "WebhookVerifier.dll"));

    internal static bool HasSpans => Verifier.GetMethods()
        .Any(method => method.GetParameters().Any(parameter => parameter.ParameterType == typeof(ReadOnlySpan<byte>)));

    private static Type Verifier => Package.GetType("WebhookVerifier.Verifier")!;

    internal static string Verify(Vector vector)
    {
        var optionsType = Package.GetType("WebhookVerifier.VerifierOptions")!;
        var options = Activator.CreateInstance(optionsType)!;
        optionsType.GetProperty("Tolerance")!.SetValue(options, TimeSpan.FromSeconds(vector.Tolerance));

        object verifier;
        try
        {
            verifier = Verifier.GetConstructor([typeof(IEnumerable<string>), optionsType])!.Invoke([vector.Secrets, options]);
        }
        catch (TargetInvocationException thrown) when (thrown.InnerException is FormatException)
        {
            return "secret_rejected";
        }

        var verdict = Verifier.GetMethod("Verify", [typeof(IEnumerable<KeyValuePair<string, string>>), typeof(byte[]), typeof(long)])!
            .Invoke(verifier, [vector.HeaderPairs, vector.Body, vector.Now]);
        return (string)Package.GetType("WebhookVerifier.VerdictCode")!.GetMethod("ToCode")!.Invoke(null, [verdict])!;
    }
}
