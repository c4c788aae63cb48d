using Storage.Jobs;
using Storage.Sql;

namespace Storage.Waking;

/// <summary>
/// Asks the database how far all watched jobs have got, in one statement per page. Where this process hears of every commit that is a net for what
/// was lost; where it doesn't, this is how it learns.
/// </summary>
internal sealed class Lookout(Database database, JobWatches watches, Announcer announcer)
{
    private const int Page = 500;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Net = TimeSpan.FromSeconds(5);

    private static readonly Statement<Id<Job>> Versions = new(
        "SELECT j.Id, j.Version, j.Status FROM {rows} r, Jobs AS j WHERE j.Id = r.Id", Col.Id<Id<Job>, Job>("Id", id => id));

    private TimeSpan _pause = Shortest;

    /// <summary>
    /// Looks once and answers when to look again. Without announcements: 25 ms after news, then 50, 100, 200, 250 ms; with them every 5 s.
    /// </summary>
    public async Task<TimeSpan> RunOnceAsync(CancellationToken stop)
    {
        watches.ForgetEvents();
        var news = false;
        foreach (var page in watches.All().Chunk(Page))
        {
            var found = await database.ReadAsync(
                s => s.ReadAsync(Versions, page, row => (Id: row.Id<Job>(), Version: row.Int(), Status: (JobStatus)row.Int()), [], stop), stop);
            foreach (var (id, version, status) in found)
                news |= watches.Publish(id, version, status.IsTerminal());
        }
        return Pause(news);
    }

    private TimeSpan Pause(bool news)
    {
        if (announcer.HearsAll)
            return Net;
        var next = news ? Shortest : _pause * 2;
        return _pause = next < Longest ? next : Longest;
    }
}
