using System.Text;
using StepExport.Sinks.Console;

namespace StepExport.Cli;

/// <summary>A column of a <see cref="TextTable"/>.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Right">Numbers stand at the right.</param>
/// <param name="Rank">On a narrow terminal the columns with the highest rank fall away first; 0 stays.</param>
/// <param name="Most">Cells it takes at most on a terminal; the last column takes what is left.</param>
internal sealed record TextColumn(string Title, bool Right = false, int Rank = 0, int Most = 30);

/// <summary>Lines in columns. On a terminal no line is wider than the window; elsewhere nothing is cut.</summary>
internal sealed class TextTable(params TextColumn[] columns)
{
    private const int Gap = 2;
    private const int LeastLast = 12;
    private readonly List<(string[] Cells, string? Colour)> _rows = [];

    /// <param name="colour">Escape sequence for the last cell, or null.</param>
    /// <param name="cells">One per column; of any origin.</param>
    public void Add(string? colour, params string[] cells) => _rows.Add((cells, colour));

    public string Render(Terminal terminal)
    {
        int? window = terminal.IsTerminal ? terminal.Width() : null;
        var widths = Widths(window);
        var text = new StringBuilder();
        Line(text, [.. columns.Select(c => c.Title)], null, widths);
        foreach (var (cells, colour) in _rows) Line(text, cells, terminal.Colour ? colour : null, widths);
        return text.ToString();
    }

    private int[] Widths(int? window)
    {
        var widths = columns.Select((column, i) =>
        {
            var widest = _rows.Select(row => CellText.Columns(row.Cells[i])).Append(column.Title.Length).Max();
            return window is null ? widest : Math.Min(widest, column.Most);
        }).ToArray();
        if (window is not { } room) return widths;
        var last = columns.Length - 1;
        foreach (var rank in columns.Select(c => c.Rank).Distinct().OrderDescending().Append(0))
        {
            widths[last] = room - Enumerable.Range(0, last).Where(i => widths[i] > 0).Sum(i => widths[i] + Gap);
            if (widths[last] >= LeastLast || rank == 0) break;
            for (var i = 0; i < last; i++)
            {
                if (columns[i].Rank == rank) widths[i] = 0;
            }
        }

        widths[last] = Math.Max(widths[last], 1);
        return widths;
    }

    private void Line(StringBuilder text, string[] cells, string? colour, int[] widths)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (widths[i] == 0) continue;
            var isLast = i == cells.Length - 1;
            if (columns[i].Right) text.Append(' ', Math.Max(widths[i] - CellText.Columns(cells[i]), 0));
            if (isLast) text.Append(colour);
            CellText.Append(text, cells[i], widths[i], pad: !isLast && !columns[i].Right);
            if (isLast && colour is not null) text.Append("\e[0m");
            if (!isLast) text.Append(' ', Gap);
        }

        while (text.Length > 0 && text[^1] == ' ') text.Length--;
        text.Append('\n');
    }
}
