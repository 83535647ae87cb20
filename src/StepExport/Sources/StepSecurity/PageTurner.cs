namespace StepExport.Sources.StepSecurity;

/// <summary>Follows the pages of one reading, and notices when they lead nowhere.</summary>
internal sealed class PageTurner
{
    /// <summary>Two million detections: nobody keeps so many in one list that is read within a pollInterval.</summary>
    private const int MostPages = 10_000;

    private const int MostEmptyPages = 3;

    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);
    private int _emptyPages;

    /// <summary>Names the page to ask for; null = the first.</summary>
    public string? Token { get; private set; }

    /// <summary>Goes on behind a page.</summary>
    /// <param name="page">The one that was read.</param>
    /// <param name="trouble">Why the list cannot be read to its end.</param>
    /// <returns>False at the end, whether it is the list's or not.</returns>
    public bool TryTurn(Page page, out string? trouble)
    {
        trouble = null;
        _emptyPages = page.Records.Count == 0 ? _emptyPages + 1 : 0;
        if (page.HasMore == false) return false;
        if (string.IsNullOrEmpty(page.NextToken))
            trouble = page.HasMore == true ? "the API says that there is more, but not where (next_token is missing)" : null;
        else if (!_tokens.Add(page.NextToken))
            trouble = "the API names the same page twice (next_token)";
        else if (_emptyPages >= MostEmptyPages)
            trouble = FormattableString.Invariant($"the API sent {MostEmptyPages} empty pages in a row and names another one");
        else if (_tokens.Count >= MostPages)
            trouble = FormattableString.Invariant($"there are more than {MostPages} pages");
        else
            Token = page.NextToken;
        return trouble is null && !string.IsNullOrEmpty(page.NextToken);
    }
}
