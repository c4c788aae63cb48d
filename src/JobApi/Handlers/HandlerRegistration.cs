using JobApi.Handlers;
using JobApi.Jobs;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webhooks.Handlers;

namespace JobApi;

/// <summary>Puts job handlers into the service.</summary>
public static class HandlerRegistration
{
    /// <summary>
    /// Lets <typeparamref name="THandler"/> do the jobs of one type in this process. Each attempt gets a scope of its own. An input that does not
    /// read as the handler's input fails the job at once with <c>invalid_input</c>; so does <c>null</c>, unless the input is a value type.
    /// </summary>
    /// <typeparam name="THandler">Implements <see cref="IJobHandler{TInput, TResult}"/> once.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <param name="type">1 to 64 of <c>a-z 0-9 . _ -</c>, the first a letter or digit.</param>
    /// <exception cref="ArgumentException">The type is malformed, or the handler implements no handler interface, or several.</exception>
    public static IServiceCollection AddJobHandler<THandler>(this IServiceCollection services, string type)
        where THandler : class
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!Submission.TypePattern().IsMatch(type))
            throw new ArgumentException($"'{type}' is no type of job: {Submission.TypeRule}.", nameof(type));
        var contracts = typeof(THandler).GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IJobHandler<,>)).ToList();
        if (contracts.Count != 1)
            throw new ArgumentException($"{typeof(THandler).Name} must implement IJobHandler<TInput, TResult> once.", nameof(THandler));
        var entry = typeof(HandlerEntry<,,>).MakeGenericType([typeof(THandler), .. contracts[0].GetGenericArguments()]);
        services.TryAddScoped<THandler>();
        services.AddSingleton((HandlerEntry)Activator.CreateInstance(entry, type)!);
        return services;
    }
}
