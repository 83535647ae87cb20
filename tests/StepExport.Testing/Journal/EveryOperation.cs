namespace StepExport.Testing.Journal;

/// <summary>Runs something again and again, each time with a fault at another operation of the storage, until all have had their turn.</summary>
internal static class EveryOperation
{
    /// <param name="fault">What strikes.</param>
    /// <param name="seeds">How many times all of it, each with other random choices.</param>
    /// <param name="run">One run: its seed and its disk.</param>
    /// <returns>The fewest operations that a run had.</returns>
    public static async Task<int> StrikeAsync(StorageFault fault, int seeds, Func<int, FaultyStorage, Task> run)
    {
        var fewest = int.MaxValue;
        for (var seed = 0; seed < seeds; seed++)
        {
            var at = 0;
            for (var struck = true; struck;)
            {
                (struck, at) = (false, at + 1);
                var stop = at;
                var disk = new FaultyStorage(seed);
                disk.Inject = (number, _, _) =>
                {
                    if (number != stop) return StorageFault.None;
                    struck = true;
                    return fault;
                };
                try
                {
                    await run(seed, disk);
                }
                catch (Exception e) when (struck)
                {
                    throw new InvalidOperationException($"seed {seed}, operation {at}", e);
                }
            }

            fewest = Math.Min(fewest, at);
        }

        return fewest;
    }
}
