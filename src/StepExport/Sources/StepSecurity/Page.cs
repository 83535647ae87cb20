namespace StepExport.Sources.StepSecurity;

/// <summary>One page of a list, as views over the body it was read from.</summary>
/// <param name="Records">In the order of the page.</param>
/// <param name="HasMore">What the API says; null when it says nothing.</param>
/// <param name="NextToken">Names the next page; null or empty: there is none.</param>
internal sealed record Page(IReadOnlyList<PageRecord> Records, bool? HasMore, string? NextToken)
{
    /// <summary>The newest time in it; 0 when no record has one.</summary>
    public long NewestMs => Records.Count == 0 ? 0 : Records.Max(record => record.TimeMs);

    /// <summary>Whether every record is older. A record without a time may be new.</summary>
    public bool IsOlderThan(long timeMs) => Records.Count > 0 && Records.All(record => record.TimeMs > 0 && record.TimeMs < timeMs);

    /// <summary>Writes the records that are wanted as one JSON array.</summary>
    /// <returns>How many.</returns>
    public int WriteTo(PageBuffer output, ReadOnlySpan<byte> body, long takeFromMs, ImpliedMember? implied)
    {
        var count = 0;
        output.Append("["u8);
        foreach (var record in Records)
        {
            if (record.TimeMs > 0 && record.TimeMs < takeFromMs) continue;
            if (count++ > 0) output.Append(","u8);
            record.WriteTo(output, body, implied);
        }

        output.Append("]"u8);
        return count;
    }
}

/// <summary>One record of a page.</summary>
/// <param name="Start">Where it begins in the body.</param>
/// <param name="End">Behind its last byte.</param>
/// <param name="TimeMs">Its time, milliseconds since 1970; 0 = none that can be read.</param>
/// <param name="ToSay">What it does not say itself: where to put the implied member, or in place of which value.</param>
internal readonly record struct PageRecord(int Start, int End, long TimeMs, Range? ToSay)
{
    public void WriteTo(PageBuffer output, ReadOnlySpan<byte> body, ImpliedMember? implied)
    {
        if (implied is null || ToSay is not { } gap)
        {
            output.Append(body[Start..End]);
            return;
        }

        output.Append(body[Start..gap.Start.Value]);
        if (gap.Start.Equals(gap.End))
        {
            output.Append("\""u8);
            output.Append(implied.Name);
            output.Append("\":"u8);
            output.Append(implied.Value);
            if (!IsEmpty(body[(Start + 1)..End])) output.Append(","u8);
        }
        else
        {
            output.Append(implied.Value);
        }

        output.Append(body[gap.End.Value..End]);
    }

    private static bool IsEmpty(ReadOnlySpan<byte> members) => members[members.IndexOfAnyExcept(" \t\r\n"u8)] == '}';
}
