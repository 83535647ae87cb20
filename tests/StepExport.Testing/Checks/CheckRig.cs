using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using StepExport.Core.Checks;

namespace StepExport.Testing.Checks;

/// <summary>A real store of checks in a folder of its own, with a clock that stands still until it is told.</summary>
internal sealed class CheckRig : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<CheckStore> _stores = [];

    /// <param name="rules">The default ones when left out.</param>
    /// <param name="settle">How long a change rests before GitHub is told; null = GitHub is told nothing.</param>
    public CheckRig(CheckRules? rules = null, TimeSpan? settle = null)
    {
        Settings = new() { Path = _folder.File("checks.db"), Rules = rules ?? CheckRules.Default, Settle = settle };
        Store = Open();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 22, 18, 0, 0, TimeSpan.Zero));

    public CheckStoreSettings Settings { get; }

    /// <summary>The one that was opened last by <see cref="CheckRig"/> or <see cref="Restart"/>.</summary>
    public CheckStore Store { get; private set; }

    /// <summary>The check of a run of <see cref="SomeFinding"/>, which is there.</summary>
    public Check Check(int run = 1) => Store.Find(SomeFinding.Run(run)) ?? throw new InvalidOperationException($"there is no check of run {run}");

    /// <summary>One more store on the same file.</summary>
    public CheckStore Open(CheckRules? rules = null)
    {
        var store = CheckStore.Open(rules is null ? Settings : Settings with { Rules = rules }, Time);
        _stores.Add(store);
        return store;
    }

    /// <summary>Closes all and opens the file again.</summary>
    public void Restart(CheckRules? rules = null)
    {
        Close();
        Store = Open(rules);
    }

    /// <summary>Does something to the file behind the store's back.</summary>
    /// <returns>The first value of the first row; null when there is none.</returns>
    public async Task<object?> SqlAsync(string text)
    {
        await using var file = new SqliteConnection($"Data Source={Settings.Path};Pooling=false");
        await file.OpenAsync();
        await using var command = file.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Closes all; the files stay.</summary>
    public void Close()
    {
        _stores.ForEach(store => store.Dispose());
        _stores.Clear();
    }

    public void Dispose()
    {
        Close();
        _folder.Dispose();
    }
}
