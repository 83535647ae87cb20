using System.Text.RegularExpressions;
using StepExport.Testing;

namespace StepExport.Tests.Architecture;

/// <summary>Who may know whom inside the core. What the compiler cannot hold between folders is held here.</summary>
public sealed partial class DependencyTests
{
    private static readonly string[] CodeFolders = ["src", "tests"];

    public static TheoryData<string, string[]> Rooms => new()
    {
        { "Model", [] },
        { "Telemetry", [] },
        { "Sqlite", [] },
        { "Dedupe", ["Sqlite", "Telemetry"] },
        { "Journal", ["Model", "Dedupe", "Telemetry"] },
        { "DeadLetters", ["Sqlite"] },
        { "Ocsf", ["Model"] },
        { "Formats", ["Model", "Ocsf"] },
        { "Normalization", ["Model", "Ocsf"] },
        { "Ingest", ["Model", "Normalization", "Journal", "DeadLetters", "Telemetry"] },
        { "Delivery", ["Model", "Journal", "DeadLetters", "Telemetry"] },
        { "Replay", ["Normalization", "Journal", "DeadLetters"] },
        { "Checks", ["Model", "Sqlite", "Journal", "Delivery", "Ocsf", "Telemetry"] },
    };

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_knows_only_the_rooms_it_needs(string room, string[] mayKnow)
    {
        var known = from file in Directory.EnumerateFiles(RepositoryRoot.Combine("src", "StepExport.Core", room), "*.cs", SearchOption.AllDirectories)
                    from Match match in Reference().Matches(File.ReadAllText(file))
                    let other = match.Groups[1].Value
                    where other != room && !mayKnow.Contains(other)
                    select $"{Path.GetFileName(file)} knows {other}";

        Assert.Empty(known.Distinct());
    }

    [Fact]
    public void Every_room_of_the_core_has_its_rule()
    {
        var rooms = Directory.EnumerateDirectories(RepositoryRoot.Combine("src", "StepExport.Core")).Select(Path.GetFileName);
        Assert.Equal(rooms.Order(), Rooms.Select(row => row.Data.Item1).Order());
    }

    [Fact]
    public void No_source_file_is_a_room_to_get_lost_in()
    {
        var long400 = from folder in CodeFolders
                      from file in Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.cs", SearchOption.AllDirectories)
                      let lines = File.ReadLines(file).Count()
                      where lines > 400
                      select $"{file}: {lines} lines";

        Assert.Empty(long400);
        Assert.InRange(File.ReadLines(RepositoryRoot.Combine("src", "StepExport", "Program.cs")).Count(), 1, 40);
    }

    [GeneratedRegex(@"StepExport\.Core\.([A-Z][A-Za-z]+)")]
    private static partial Regex Reference();
}
