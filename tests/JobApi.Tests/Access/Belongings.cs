namespace JobApi.Tests.Access;

/// <summary>
/// One of everything that a tenant can own, by what stands before its id in an address; so a new route joins the tests by itself, and one of a new kind
/// fails until it is made here.
/// </summary>
internal sealed record Belongings(string Key, IReadOnlyDictionary<string, string> Ids, string Callback)
{
    public IEnumerable<string> All => Ids.Values.Append(Callback);

    public string IdFor(Route route)
    {
        var kind = route.Pattern.Split("/{id}")[0].Split('/')[^1];
        Assert.True(Ids.TryGetValue(kind, out var id), $"{route} is of a kind that no tenant owns in these tests");
        return id!;
    }

    public static async Task<Belongings> MakeAsync(Service service, string key)
    {
        var job = (await service.PostAsync("/jobs", """{"type":"theirs","callback_url":"https://receiver.example/"}""", key)).Text("id");
        await service.DeleteAsync($"/jobs/{job}", key);
        return new(
            key,
            new Dictionary<string, string>
            {
                ["jobs"] = job,
                ["deliveries"] = await FirstAsync($"/deliveries?job_id={job}"),
                ["receivers"] = await FirstAsync("/receivers"),
                ["keys"] = (await service.PostAsync("/keys", """{"name":"spare","role":"client"}""", key)).Text("id"),
                ["signing-secret"] = (await service.PostAsync("/signing-secret/rotate", """{"scheme":"v1a","overlap_hours":0}""", key)).Text("id"),
                ["replays"] = (await service.PostAsync("/replays", $$$"""{"filter":{"job_id":"{{{job}}}"}}""", key)).Text("id"),
            },
            await FirstAsync($"/jobs/{job}/callbacks"));

        async Task<string> FirstAsync(string list) => (await service.GetAsync(list, key)).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
    }

    /// <summary>Everything that can be read of them.</summary>
    public async Task<string> SnapshotAsync(Service service)
    {
        var read = Route.All(service).Where(r => r.Method == HttpMethod.Get && r.NeedsKey).ToList();
        var bodies = new List<string>();
        foreach (var route in read)
            bodies.Add((await service.GetAsync(route.Pattern.Contains("{id}", StringComparison.Ordinal) ? route.At(IdFor(route), Callback) : route.Pattern, Key)).Body);
        return string.Concat(bodies);
    }
}
