namespace StepExport.Sinks.Console;

/// <summary>What standard output is.</summary>
/// <param name="IsTerminal">False for a file or a pipe: no line is cut to a width.</param>
/// <param name="Colour">Whether colour is welcome.</param>
/// <param name="Width">Columns as of now; people resize their windows.</param>
internal sealed record Terminal(bool IsTerminal, bool Colour, Func<int> Width)
{
    private const int UsualWidth = 80;

    public static Terminal None { get; } = new(false, false, () => UsualWidth);

    public static Terminal OfStandardOutput()
    {
        if (System.Console.IsOutputRedirected) return None;
        var noColour = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) || Environment.GetEnvironmentVariable("TERM") is null or "dumb";
        return new(true, !noColour, WindowWidth);
    }

    private static int WindowWidth()
    {
        try
        {
            return System.Console.WindowWidth is > 0 and var width ? width : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }
}
