using System.Text.RegularExpressions;
using System.Xml.Linq;
using StepExport.Testing;

namespace StepExport.Tests.Content;

/// <summary>The add-on in <c>config/splunk</c>, read once.</summary>
internal static partial class SplunkAddOn
{
    private static readonly string Root = RepositoryRoot.Combine("config", "splunk", "TA-stepexport");

    public static IEnumerable<string> ConfFiles => Directory.GetFiles(Path.Combine(Root, "default"), "*.conf").Select(Path.GetFileName).Order()!;

    public static IEnumerable<string> ViewFiles => Directory.GetFiles(Path.Combine(Root, "default", "data", "ui", "views")).Select(Path.GetFileNameWithoutExtension).Order()!;

    public static SplunkConf Conf(string name) => SplunkConf.Parse(File.ReadAllText(Path.Combine(Root, "default", name)));

    public static SplunkConf Meta => SplunkConf.Parse(File.ReadAllText(Path.Combine(Root, "metadata", "default.meta")));

    public static XElement View(string name) => XElement.Load(Path.Combine(Root, "default", "data", "ui", "views", $"{name}.xml"));

    public static XElement Navigation => XElement.Load(Path.Combine(Root, "default", "data", "ui", "nav", "default.xml"));

    /// <summary>Every search in the add-on, with where it stands.</summary>
    public static IEnumerable<(string Where, string Search)> Searches =>
    [
        .. Conf("savedsearches.conf").Stanzas.Select(s => (s.Key, s.Value["search"])),
        .. Conf("eventtypes.conf").Stanzas.Select(s => (s.Key, s.Value["search"])),
        .. Conf("macros.conf").Stanzas.Select(s => (s.Key, s.Value["definition"])),
        .. ViewFiles.SelectMany(view => View(view).Descendants("query").Select(q => (view, q.Value))),
    ];

    public static IEnumerable<string> MacrosIn(string search) => MacroCall().Matches(search).Select(m => m.Groups[1].Value);

    public static IEnumerable<string> EventTypesIn(string search) => EventTypeTerm().Matches(search).Select(m => m.Groups[1].Value);

    /// <summary>The source's fields that an EVAL reads: they stand in single quotes.</summary>
    public static IEnumerable<string> FieldsIn(string expression) => QuotedField().Matches(expression).Select(m => m.Groups[1].Value);

    [GeneratedRegex("`([A-Za-z_]+)(?:\\([^`]*\\))?`")]
    private static partial Regex MacroCall();

    [GeneratedRegex("eventtype=\"?([A-Za-z_]+)")]
    private static partial Regex EventTypeTerm();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex QuotedField();
}
