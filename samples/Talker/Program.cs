using JobApi;
using Talker;

// The service with one handler whose answer comes bit by bit, as a language model's does: dotnet run --project samples/Talker
var builder = JobApiHost.CreateBuilder(args);
builder.Services.AddJobHandler<Talk>("talk");
var app = await builder.BuildJobApiAsync();
await app.RunAsync();
