namespace StepExport.Sinks.Console;

/// <summary>Columns of the table in cells; 0 = not shown.</summary>
internal readonly record struct TableLayout(int Time, int Severity, int Type, int Repository, int Finding)
{
    public const int Gap = 2;
    private const int LeastFinding = 20;

    /// <param name="width">Columns of the window; null when there is none and lines may be as long as they are.</param>
    public static TableLayout For(int? width)
    {
        ReadOnlySpan<TableLayout> widestFirst =
        [
            new(19, 8, 34, 34, 0),
            new(19, 8, 26, 26, 0),
            new(19, 8, 22, 16, 0),
            new(0, 8, 22, 16, 0),
            new(0, 8, 16, 0, 0),
            new(0, 8, 0, 0, 0),
        ];
        if (width is not { } columns) return widestFirst[0] with { Finding = int.MaxValue };
        foreach (var layout in widestFirst)
        {
            var room = columns - layout.BeforeFinding;
            if (room >= LeastFinding) return layout with { Finding = room };
        }

        return new(0, 0, 0, 0, Math.Max(1, columns));
    }

    private int BeforeFinding => Cells(Time) + Cells(Severity) + Cells(Type) + Cells(Repository);

    private static int Cells(int column) => column == 0 ? 0 : column + Gap;
}
