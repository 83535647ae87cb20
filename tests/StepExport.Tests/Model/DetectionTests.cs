using System.Text;
using StepExport.Core.Model;

namespace StepExport.Tests.Model;

public sealed class DetectionTests
{
    [Fact]
    public void What_is_taken_is_no_rest()
    {
        var source = Load("""{"a":"x","b":{"c":1,"d":[2,3]}}""");
        source.TakeText("a"u8);
        var b = source["b"u8];
        b["d"u8].Take();
        Assert.False(b.IsUsedUp);
        Assert.Equal(1, b.TakeInteger("c"u8));
        Assert.True(b.IsUsedUp);
        Assert.False(Detection.FindRest());
    }

    [Fact]
    public void What_was_looked_at_but_not_usable_is_rest()
    {
        var source = Load("""{"flag":"true/false","number":"x","text":"","huge":"99999999999"}""");
        Assert.Null(source.TakeFlag("flag"u8));
        Assert.Null(source.TakeInteger("number"u8));
        Assert.Null(source.TakeInteger("huge"u8));
        Assert.True(source.TakeText("text"u8).IsEmpty);
        Assert.True(Detection.FindRest());
        Assert.All(Enumerable.Range(1, 4), index => Assert.True(Detection.Node(index).Rest));
    }

    [Theory]
    [InlineData("""{"v":5}""")]
    [InlineData("""{"v":"5"}""")]
    [InlineData("""{"\u0076":"\u0035"}""")]
    public void Numbers_and_strings_read_alike(string json)
    {
        Assert.Equal(5, Load(json).TakeInteger("v"u8));
        Assert.Equal("5", Load(json).TakeText("v"u8).ToString());
    }

    [Fact]
    public void A_value_is_taken_once()
    {
        var source = Load("""{"v":"x"}""");
        Assert.Equal("x", source.TakeText("v"u8).ToString());
        Assert.True(source.TakeText("v"u8).IsEmpty);
    }

    [Fact]
    public void Finds_a_name_twice_among_very_many()
    {
        var members = string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"n{i}\":{i}"));
        Span<byte> uid = stackalloc byte[32];
        Assert.Null(new Detection().Load(Encoding.UTF8.GetBytes($"{{{members}}}")));
        var detection = new Detection();
        detection.Load(Encoding.UTF8.GetBytes($"{{{members},\"n17\":0}}"));
        Assert.StartsWith("the same name twice", detection.WriteUid(uid));
    }

    [Fact]
    public void Finds_each_of_many_members_once_and_no_other()
    {
        var members = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"member-{i}\":{i}"));
        foreach (var isNested in (bool[])[false, true])
        {
            var source = isNested ? Load($"{{\"in\":{{{members}}}}}")["in"u8] : Load($"{{{members}}}");
            for (var i = 0; i < 200; i++)
            {
                var name = Encoding.UTF8.GetBytes($"member-{i}");
                Assert.False(source[Encoding.UTF8.GetBytes($"nember-{i}")].Exists);
                Assert.Equal(i, source.TakeInteger(name));
                Assert.False(source[name].Exists);
            }
        }
    }

    private Detection Detection { get; } = new();

    private DetectionValue Load(string json)
    {
        Assert.Null(Detection.Load(Encoding.UTF8.GetBytes(json)));
        return Detection.Root;
    }
}
