using Microsoft.AspNetCore.Authorization;
using Storage.Tenants;

namespace JobApi.Access;

/// <summary>What a key may do. An administrator may do all that clients and workers may.</summary>
internal static class Roles
{
    public const string Client = "client";
    public const string Worker = "worker";
    public const string Admin = "admin";

    public static string NameOf(Role role) => role switch
    {
        Role.Client => Client,
        Role.Worker => Worker,
        _ => Admin,
    };

    public static void AddPolicies(AuthorizationOptions options)
    {
        options.AddPolicy(Client, policy => policy.RequireRole(Client, Admin));
        options.AddPolicy(Worker, policy => policy.RequireRole(Worker, Admin));
        options.AddPolicy(Admin, policy => policy.RequireRole(Admin));
    }
}
