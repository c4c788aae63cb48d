namespace JobApi.Streams;

internal static class StreamRegistration
{
    public static void AddStreams(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Waiters>().AddSingleton<StreamToken>().AddHostedService<WaitersBeat>();
        // The lines of a request show its query, and a stream's token is there: they stay out of the log whatever is configured for the framework.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
    }
}
