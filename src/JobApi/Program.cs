using JobApi;
using Microsoft.Extensions.Options;

try
{
    var app = await JobApiHost.CreateBuilder(args).BuildJobApiAsync();
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException wrong)
{
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, wrong.Failures));
    return 1;
}
