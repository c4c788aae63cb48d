using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebhookVerifier;
using WebhookVerifier.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps endpoints that receive webhooks.</summary>
public static class WebhookRoutes
{
    /// <summary>
    /// Maps <c>POST</c> on <paramref name="pattern"/>: reads the raw body, verifies it, drops repeats, and calls the handler.
    /// </summary>
    /// <remarks>
    /// Answers <c>204</c> when the event is handled now or was before; <c>400</c> for missing or malformed headers, or a body that is not
    /// <c>{"type", "timestamp", "data"}</c>; <c>401</c> for a wrong signature or time; <c>409</c> with <c>Retry-After</c> while the
    /// event is being
    /// handled; <c>413</c> for a body over the limit; <c>500</c> when the handler throws, and then the event's next delivery is handled.
    /// </remarks>
    /// <typeparam name="T">What <c>data</c> is read as; <see cref="System.Text.Json.JsonElement"/> takes any JSON.</typeparam>
    /// <param name="routes">The application, or a group.</param>
    /// <param name="pattern">The route, such as <c>/hooks</c>.</param>
    /// <param name="secrets">The sender's keys, <c>whsec_…</c>: any of them may have signed.</param>
    /// <param name="handler">Handles one event; its token fires when the sender hangs up. When it throws, the event is not counted as
    /// handled.</param>
    /// <exception cref="FormatException">A key is malformed.</exception>
    /// <exception cref="ArgumentException">There are no keys.</exception>
    public static IEndpointConventionBuilder MapWebhook<T>(
        this IEndpointRouteBuilder routes, string pattern, IEnumerable<string> secrets,
        Func<WebhookEvent<T>, CancellationToken, Task> handler) =>
        routes.MapWebhook(pattern, secrets, handler, _ => { });

    /// <inheritdoc cref="MapWebhook{T}(IEndpointRouteBuilder, string, IEnumerable{string}, Func{WebhookEvent{T}, CancellationToken, Task})"/>
    /// <typeparam name="T">What <c>data</c> is read as; <see cref="System.Text.Json.JsonElement"/> takes any JSON.</typeparam>
    /// <param name="routes">The application, or a group.</param>
    /// <param name="pattern">The route, such as <c>/hooks</c>.</param>
    /// <param name="secrets">The sender's keys, <c>whsec_…</c>: any of them may have signed.</param>
    /// <param name="handler">Handles one event; its token fires when the sender hangs up.</param>
    /// <param name="configure">Changes the defaults: limits, tolerance, deduplication.</param>
    public static IEndpointConventionBuilder MapWebhook<T>(
        this IEndpointRouteBuilder routes, string pattern, IEnumerable<string> secrets,
        Func<WebhookEvent<T>, CancellationToken, Task> handler, Action<WebhookEndpointOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return routes.MapWebhook<T>(pattern, secrets, (webhook, _, stop) => handler(webhook, stop), configure);
    }

    /// <inheritdoc cref="MapWebhook{T}(IEndpointRouteBuilder, string, IEnumerable{string}, Func{WebhookEvent{T}, CancellationToken, Task})"/>
    /// <typeparam name="T">What <c>data</c> is read as; <see cref="System.Text.Json.JsonElement"/> takes any JSON.</typeparam>
    /// <param name="routes">The application, or a group.</param>
    /// <param name="pattern">The route, such as <c>/hooks</c>.</param>
    /// <param name="secrets">The sender's keys, <c>whsec_…</c>: any of them may have signed.</param>
    /// <param name="handler">Handles one event with the services of the request; its token fires when the sender hangs up.</param>
    public static IEndpointConventionBuilder MapWebhook<T>(
        this IEndpointRouteBuilder routes, string pattern, IEnumerable<string> secrets,
        Func<WebhookEvent<T>, IServiceProvider, CancellationToken, Task> handler) =>
        routes.MapWebhook(pattern, secrets, handler, _ => { });

    /// <inheritdoc cref="MapWebhook{T}(IEndpointRouteBuilder, string, IEnumerable{string}, Func{WebhookEvent{T}, CancellationToken, Task})"/>
    /// <typeparam name="T">What <c>data</c> is read as; <see cref="System.Text.Json.JsonElement"/> takes any JSON.</typeparam>
    /// <param name="routes">The application, or a group.</param>
    /// <param name="pattern">The route, such as <c>/hooks</c>.</param>
    /// <param name="secrets">The sender's keys, <c>whsec_…</c>: any of them may have signed.</param>
    /// <param name="handler">Handles one event with the services of the request; its token fires when the sender hangs up.</param>
    /// <param name="configure">Changes the defaults: limits, tolerance, deduplication.</param>
    public static IEndpointConventionBuilder MapWebhook<T>(
        this IEndpointRouteBuilder routes, string pattern, IEnumerable<string> secrets,
        Func<WebhookEvent<T>, IServiceProvider, CancellationToken, Task> handler, Action<WebhookEndpointOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(configure);

        var options = new WebhookEndpointOptions();
        configure(options);

        var services = routes.ServiceProvider;
        var clock = options.Clock ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
        var deduplication = options.Deduplication
            ?? services.GetService<IDeduplication>()
            ?? new MemoryDeduplication(new MemoryDeduplicationOptions(), clock);
        var endpoint = new WebhookEndpoint(
            new Verifier(secrets, options.Verification), EventReading.For(handler, options.Json), deduplication, clock,
            options, services.GetRequiredService<ILogger<WebhookEndpoint>>());

        return routes.MapPost(pattern, endpoint.ReceiveAsync);
    }
}
