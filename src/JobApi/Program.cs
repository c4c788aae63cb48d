using JobApi;
using Microsoft.Extensions.Options;
using Storage;

try
{
    var builder = JobApiHost.CreateBuilder(MigrateOnly.Without(args));
    if (MigrateOnly.IsAsked(args))
    {
        await MigrateOnly.RunAsync(builder.Configuration);
        return 0;
    }
    var app = await builder.BuildJobApiAsync();
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException wrong)
{
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, wrong.Failures));
    return 1;
}
