using DeliveryEngine.Health;
using DeliveryEngine;
using Egress;
using JobApi.Access;
using JobApi.Callbacks;
using JobApi.Chores;
using JobApi.Deliveries;
using JobApi.Handlers;
using JobApi.Http;
using JobApi.HttpCalls;
using JobApi.Jobs;
using JobApi.Keys;
using JobApi.OpenApi;
using JobApi.Operations;
using JobApi.Receivers;
using JobApi.Replays;
using JobApi.Results;
using JobApi.Settings;
using JobApi.Signing;
using JobApi.Streams;
using JobApi.Throttling;
using JobApi.Types;
using JobApi.Workers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Storage.Jobs;
using Storage;
using Webhooks.Contract;

namespace JobApi;

/// <summary>
/// The service as a host: <see cref="CreateBuilder"/>, then handlers and configuration of one's own, then <see cref="BuildJobApiAsync"/>.
/// </summary>
public static class JobApiHost
{
    /// <summary>A builder that runs from any working folder, with or without an <c>appsettings.json</c> beside the program.</summary>
    /// <param name="args">Command-line settings, such as <c>--urls http://127.0.0.1:8080</c>.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        // The program's own folder, since the default watches whatever folder the process was started in.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        Defaults.AddTo(builder.Configuration);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLimit.Most;
        });
        return builder;
    }

    /// <summary>
    /// Registers the service, checks its settings, brings the database up to date and maps the routes. The application is ready to run; a
    /// <see cref="TimeProvider"/> that is registered before is used instead of the database's clock.
    /// </summary>
    /// <param name="builder">From <see cref="CreateBuilder"/>.</param>
    /// <param name="stop">Abandons the preparation.</param>
    /// <exception cref="OptionsValidationException">A setting is out of its range; the sentence names it.</exception>
    public static async Task<WebApplication> BuildJobApiAsync(this WebApplicationBuilder builder, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddJobApi();
        var app = builder.Build();
        await app.PrepareAsync(stop);
        app.MapJobApi();
        return app;
    }

    internal static void AddJobApi(this WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.AddSettings(configuration);
        services.AddStorage(configuration);
        if (configuration.GetValue("Engine:Embedded", true))
            services.AddDeliveryEngine(configuration);
        else
            services.AddCourier(configuration).AddClockBeat();

        services.AddSingleton<KeyCache>().AddSingleton<FirstKey>().AddAuthorization(Roles.AddPolicies);
        services.AddAuthentication(KeyAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.SchemeName, configureOptions: null);
        services.ConfigureHttpJsonOptions(json => ContractJson.Apply(json.SerializerOptions));
        services.AddContractDocument();
        services.AddTimeLimit();

        services.AddSingleton<Links>().AddSingleton<JobAnswers>().AddSingleton<JobDoor>().AddSingleton<CallbackRules>().AddSingleton<TestLimit>();
        services.AddSingleton<Obstacles>().AddSingleton<TypeList>();
        services.AddSingleton<ResultUpload>().AddSingleton<Guidance>().AddSingleton<PendingQuota>().AddSingleton<WrongKeys>();
        services.AddSingleton(s => s.GetRequiredService<IOptions<JobsOptions>>().Value.Waits);
        services.AddSingleton<WorkerDoor>().AddSingleton<ClaimDesk>();
        services.AddWorker<InProcessLine>(s => s.GetRequiredService<IOptions<JobsOptions>>().Value.Worker);
        services.AddJobHandler<HttpCallHandler>(HttpCallHandler.Type);
        services.AddChores();
        services.AddMetering(configuration);
        builder.AddStreams();
    }

    internal static async Task PrepareAsync(this WebApplication app, CancellationToken stop)
    {
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await app.Services.PrepareStorageAsync(stop);
        await app.Services.GetRequiredService<FirstKey>().EnsureAsync(Console.Out, stop);
    }

    internal static void MapJobApi(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseMiddleware<ProblemAnswers>();
        app.UseMiddleware<LoopGuard>();
        app.UseRouting();
        app.UseTimeLimit();
        app.UseMiddleware<BodyLimit>(); // before keys are asked for, since it is the connection that would break
        app.UseMiddleware<StreamOrigins>();
        app.UseAuthentication();
        app.UseMiddleware<RequestLimit>();
        app.UseAuthorization();
        app.MapJobs();
        app.MapStreams();
        app.MapResults();
        app.MapCallbacks();
        app.MapDeliveries();
        app.MapReplays();
        app.MapReceivers();
        app.MapKeys();
        app.MapOperations();
        app.MapCallbackTest();
        app.MapSigning();
        app.MapPublicKeys();
        app.MapWorkers();
        app.MapWorkerList();
        app.MapTypes();
        app.MapHealth();
        app.MapProcessMetrics();
        app.MapOpenApi().AllowAnonymous();
        app.MapDocs();
    }
}
