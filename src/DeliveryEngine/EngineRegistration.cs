using DeliveryEngine.Beats;
using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using DeliveryEngine.Sending;
using Egress;
using Microsoft.Extensions.Options;
using Quartz;

namespace DeliveryEngine;

/// <summary>Puts the delivery engine into a host that has the storage.</summary>
internal static class EngineRegistration
{
    public static IServiceCollection AddDeliveryEngine(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCourier(configuration);
        services.AddSingleton(s => new Schedule(s.GetRequiredService<DeliveriesOptions>().Schedule));
        services.AddSingleton(s => new StatusTable(s.GetRequiredService<Schedule>(), s.GetRequiredService<DeliveriesOptions>().ThrottleFloor));
        services.AddSingleton(s => s.GetRequiredService<DeliveriesOptions>().Breaker);
        services.AddSingleton<Sender>();
        services.AddSingleton<LaneTeller>();
        services.AddSingleton<DeliveryEngine>();
        services.AddHostedService<BellRinger>();
        services.AddQuartz(q =>
        {
            q.AddBeat<DeliveryBeat>(TimeSpan.FromSeconds(1));
            q.AddBeat<SweepBeat>(TimeSpan.FromMinutes(1));
            q.AddBeat<IdleBeat>(IdleBeat.Every);
        });
        return services.AddClockBeat();
    }

    /// <summary>What sends one signed request, with or without an engine: a door that tests a callback sends as deliveries do.</summary>
    public static IServiceCollection AddCourier(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DeliveriesOptions>().Bind(configuration.GetSection("Deliveries")).ValidateDataAnnotations()
            .Validate(o => o.Schedule is null || o.Schedule.All(w => w >= TimeSpan.Zero), "Deliveries:Schedule must not hold a negative wait.")
            .ValidateOnStart();
        services.AddSingleton(s => s.GetRequiredService<IOptions<DeliveriesOptions>>().Value);
        return services.AddEgress(configuration.GetSection("Egress")).AddSingleton<SigningSecrets>().AddSingleton<Courier>();
    }

    /// <summary>The scheduler and the beat that every process needs, with or without an engine.</summary>
    public static IServiceCollection AddClockBeat(this IServiceCollection services)
    {
        services.AddQuartz(q => q.AddBeat<ClockBeat>(TimeSpan.FromMinutes(1)));
        return services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
    }

    /// <summary>A job that the RAM store fires at a fixed interval.</summary>
    public static void AddBeat<TJob>(this IQuartzBuilder quartz, TimeSpan every)
        where TJob : IJob
    {
        var key = new JobKey(typeof(TJob).Name);
        quartz.AddJob<TJob>(job => job.WithIdentity(key));
        quartz.AddTrigger(trigger => trigger.ForJob(key).WithIdentity(key.Name)
            .WithSimpleSchedule(s => s.WithInterval(every).RepeatForever()));
    }
}
