namespace Storage.Waking;

/// <summary>How the processes on one database tell each other what they committed. Nothing depends on it but speed.</summary>
internal abstract class Announcer
{
    /// <summary>Whether there is anybody to tell.</summary>
    public virtual bool Speaks => false;

    /// <summary>Whether this process hears at this moment of whatever others commit. Where it doesn't, the database has to be asked.</summary>
    public abstract bool HearsAll { get; }

    public virtual Task SayAsync(string text, CancellationToken stop) => Task.CompletedTask;

    /// <summary>
    /// Listens until it is stopped or the connection breaks. <paramref name="begins"/> is called once it hears: what was said before is not heard any more.
    /// </summary>
    public virtual Task ListenAsync(Action begins, Action<string> hears, CancellationToken stop) => Task.Delay(Timeout.Infinite, stop);

    /// <summary>One process has the database to itself.</summary>
    internal sealed class Alone : Announcer
    {
        public override bool HearsAll => true;
    }

    /// <summary>The database carries no messages between processes.</summary>
    internal sealed class Mute : Announcer
    {
        public override bool HearsAll => false;
    }
}
