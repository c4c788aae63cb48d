using Microsoft.Extensions.DependencyInjection.Extensions;
using Webhooks.Contract;
using Webhooks.Handlers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers job handlers.</summary>
public static class JobHandlerRegistration
{
    /// <summary>
    /// Lets <typeparamref name="THandler"/> do the jobs of one type in this process: in the service itself, or in a worker of
    /// <see cref="JobWorkerRegistration.AddJobWorker"/>. Each attempt gets a scope of its own. An input that does not read as the handler's
    /// input fails the job at once with <c>invalid_input</c>; so does <c>null</c>, unless the input is a value type.
    /// </summary>
    /// <typeparam name="THandler">Implements <see cref="IJobHandler{TInput, TResult}"/> once.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <param name="type">1 to 64 of <c>a-z 0-9 . _ -</c>, the first a letter or digit.</param>
    /// <param name="concurrency">
    /// How many of this type run at once in this process, 1 to 10,000. Default: it shares the process's slots with the other types.
    /// </param>
    /// <exception cref="ArgumentException">The type is malformed, or the handler implements no handler interface, or several.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="concurrency"/> is out of its range.</exception>
    public static IServiceCollection AddJobHandler<THandler>(this IServiceCollection services, string type, int? concurrency = null)
        where THandler : class
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!JobTypeRule.IsMet(type))
            throw new ArgumentException($"'{type}' is no type of job: {JobTypeRule.Sentence}.", nameof(type));
        if (concurrency is < 1 or > 10_000)
            throw new ArgumentOutOfRangeException(nameof(concurrency), concurrency, "A handler runs 1 to 10,000 jobs at once.");
        var contracts = typeof(THandler).GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IJobHandler<,>)).ToList();
        if (contracts.Count != 1)
            throw new ArgumentException($"{typeof(THandler).Name} must implement IJobHandler<TInput, TResult> once.", nameof(THandler));
        var entry = typeof(HandlerEntry<,,>).MakeGenericType([typeof(THandler), .. contracts[0].GetGenericArguments()]);
        services.TryAddScoped<THandler>();
        services.AddSingleton((HandlerEntry)Activator.CreateInstance(entry, type, concurrency)!);
        return services;
    }
}
