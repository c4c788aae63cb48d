using System.Buffers.Binary;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Ids;

public sealed class An_id
{
    [Fact]
    public void Comes_back_from_its_text()
    {
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < 1000; i++)
        {
            Random.Shared.NextBytes(bytes);
            var id = new Id<Job>(new Guid(bytes, bigEndian: true));
            Assert.Matches("^job_[0-7][0-9a-hjkmnp-tv-z]{25}$", id.ToString());
            Assert.True(Id<Job>.TryParse(id.ToString(), out var again));
            Assert.Equal(id, again);
        }
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", "job_00000000000000000000000000")]
    [InlineData("00000000-0000-0000-0000-000000000020", "job_00000000000000000000000010")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", "job_7zzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("0188d7c5-9d80-7abc-9def-0123456789ab", "job_01h3bwb7c0fay9vvr14d2pf2db")]
    public void Has_one_text(string value, string text)
    {
        Assert.Equal(text, new Id<Job>(new Guid(value)).ToString());
        Assert.True(Id<Job>.TryParse(text, out var id));
        Assert.Equal(new Guid(value), id.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("job_")]
    [InlineData("01h3bwb7c0fay9vvr14d2pf2db")]
    [InlineData("cb_01h3bwb7c0fay9vvr14d2pf2db")]
    [InlineData("JOB_01h3bwb7c0fay9vvr14d2pf2db")]
    [InlineData("job_01H3BWB7C0FAY9VVR14D2PF2DB")]
    [InlineData("job_01h3bwb7c0fay9vvr14d2pf2d")]
    [InlineData("job_01h3bwb7c0fay9vvr14d2pf2db0")]
    [InlineData("job_81h3bwb7c0fay9vvr14d2pf2db")]
    [InlineData("job_zzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("job_o1h3bwb7c0fay9vvr14d2pf2db")]
    [InlineData("job_01h3bwb7c0fay9vvr14d2pf2di")]
    [InlineData("job_01h3bwb7c0fay9vvr14d2pf2dl")]
    [InlineData("job_01h3bwb7c0fay9vvr14d2pf2du")]
    [InlineData("job_01h3bwb7c0-fay9vvr14d2pf2d")]
    [InlineData(" job_01h3bwb7c0fay9vvr14d2pf2d")]
    [InlineData("job_01h3bwb7c0fay9vvr14d2pf2d ")]
    [InlineData("job_01h3bwb7c0fay9vvr14d2pf2d\0")]
    [InlineData("job_０1h3bwb7c0fay9vvr14d2pf2db")]
    public void Is_refused_in_any_other_text(string? text) => Assert.False(Id<Job>.TryParse(text, out _));

    [Fact]
    public void Sorts_by_time_and_its_text_sorts_the_same()
    {
        var ids = Enumerable.Range(0, 1000).Select(i => Id<Job>.New(TestStorage.Start.AddMilliseconds(i))).ToList();
        ids.AddRange(Enumerable.Range(0, 1000).Select(_ => Id<Job>.New(TestStorage.Start.AddSeconds(1))));

        var sorted = ids.Order().ToList();

        Assert.Equal(ids.Take(1000), sorted.Take(1000));
        Assert.Equal(sorted, ids.OrderBy(id => id.ToString(), StringComparer.Ordinal));
        Assert.Equal(sorted, ids.OrderBy(id => BinaryPrimitives.ReadUInt128BigEndian(id.Value.ToByteArray(bigEndian: true))));
    }
}
