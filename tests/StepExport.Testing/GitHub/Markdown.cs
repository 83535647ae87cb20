using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace StepExport.Testing.GitHub;

/// <summary>As much of GitHub's Markdown as summaries of checks need: headings, tables, lists, code, bold, links. HTML is shown, never obeyed.</summary>
internal static partial class Markdown
{
    public static string ToHtml(string markdown)
    {
        var html = new StringBuilder();
        var blocks = markdown.ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim()).ToList();
        for (var i = 0; i < blocks.Count; i++)
        {
            var line = blocks[i];
            if (line.Length == 0) continue;
            if (line[0] == '|' && i + 1 < blocks.Count && Rule().IsMatch(blocks[i + 1]))
            {
                html.Append("<table><thead>").Append(Row(line, "th")).Append("</thead><tbody>");
                for (i += 2; i < blocks.Count && blocks[i].StartsWith('|'); i++) html.Append(Row(blocks[i], "td"));
                html.Append("</tbody></table>\n");
                i--;
            }
            else if (Heading().Match(line) is { Success: true } heading) html.Append("<h3>").Append(Inline(heading.Groups[1].Value)).Append("</h3>\n");
            else if (line.StartsWith("- ", StringComparison.Ordinal) || line.StartsWith("* ", StringComparison.Ordinal)) html.Append("<p>• ").Append(Inline(line[2..])).Append("</p>\n");
            else html.Append("<p>").Append(Inline(line)).Append("</p>\n");
        }

        return html.ToString();
    }

    private static string Row(string line, string cell) =>
        $"<tr>{string.Concat(Bar().Split(line.TrimEnd('|')[1..]).Select(c => $"<{cell}>{Inline(c.Trim().Replace("\\|", "|", StringComparison.Ordinal))}</{cell}>"))}</tr>";

    private static string Inline(string text) => Token().Replace(text, token => token switch
    {
        { Groups: var g } when g["code"].Success => $"<code>{WebUtility.HtmlEncode(g["code"].Value)}</code>",
        { Groups: var g } when g["bold"].Success => $"<b>{Inline(g["bold"].Value)}</b>",
        { Groups: var g } when g["url"].Success => $"<a href=\"{WebUtility.HtmlEncode(g["url"].Value)}\">{Inline(g["label"].Value)}</a>",
        { Groups: var g } when g["escaped"].Success => WebUtility.HtmlEncode(g["escaped"].Value),
        _ => WebUtility.HtmlEncode(WebUtility.HtmlDecode(token.Value)),
    });

    [GeneratedRegex(@"`` ?(?<code>.+?) ?``|`(?<code>[^`]+)`|\*\*(?<bold>.+?)\*\*|\[(?<label>[^\]]+)\]\((?<url>https?://[^\s)]+)\)|\\(?<escaped>[!-/:-@\[-`{-~])|&[#\w]+;|[^`*\[\\&]+|[\s\S]")]
    private static partial Regex Token();

    [GeneratedRegex(@"^\|[\s:|-]+$")]
    private static partial Regex Rule();

    [GeneratedRegex("^#{1,6} (.*)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();
}
