using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace StepExport.Tests.Configuration.Schema;

/// <summary>The summaries that the compiler has written beside the program.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, string> _summaries;

    public XmlDocs(params Assembly[] assemblies) =>
        _summaries = assemblies.SelectMany(a => XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{a.GetName().Name}.xml")).Descendants("member"))
            .Where(m => m.Element("summary") is not null && m.Attribute("name")!.Value.Contains(":StepExport.", StringComparison.Ordinal))
            .ToDictionary(m => m.Attribute("name")!.Value, m => Plain(m.Element("summary")!), StringComparer.Ordinal);

    /// <summary>Summary of a property where it is declared; empty when it has none.</summary>
    public string Of(PropertyInfo property) => Find($"P:{Name(property.DeclaringType!)}.{property.Name}");

    public string Of(Type type) => Find($"T:{Name(type)}");

    private string Find(string id) => _summaries.GetValueOrDefault(id, "");

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static string Plain(XElement summary)
    {
        var words = summary.Nodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" } reference => reference.Attributes().First().Value.Split('.', ':')[^1],
            XElement element => element.Value,
            _ => "",
        });
        return Spaces().Replace(string.Concat(words), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
