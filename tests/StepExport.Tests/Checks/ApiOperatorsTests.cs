using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StepExport.Checks;
using StepExport.Configuration;
using StepExport.Testing;

namespace StepExport.Tests.Checks;

/// <summary>Whose token it is, also while tokens are being exchanged.</summary>
public sealed class ApiOperatorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _log = new();

    private string AnnasFile => Path.Combine(_folder.Path, "anna");

    public ApiOperatorsTests() => File.WriteAllText(AnnasFile, "anna-token\n");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Bearer anna-token", "anna")]
    [InlineData("bearer  anna-token ", "anna")]
    [InlineData("Bearer ben-token", "ben-at-github")]
    [InlineData("Bearer ben-token-2", "ben-at-github")]
    [InlineData("Bearer Anna-token", null)]
    [InlineData("Bearer anna-toke", null)]
    [InlineData("Bearer ", null)]
    [InlineData("Basic anna-token", null)]
    [InlineData("anna-token", null)]
    [InlineData("", null)]
    public void A_header_is_somebodys_or_a_strangers(string header, string? login) => Assert.Equal(login, Create().ByHeader(header)?.Login);

    [Fact]
    public void A_new_token_works_as_soon_as_it_is_used()
    {
        var operators = Create();
        Assert.Null(operators.ByToken("anna-new"));
        File.WriteAllText(AnnasFile, "anna-token\nanna-new");
        _time.Advance(Operators.LeastAge);
        Assert.Equal("anna", operators.ByToken("anna-new")?.Login);
    }

    [Fact]
    public void Strangers_cannot_make_it_read_the_files_all_the_time()
    {
        var operators = Create();
        Assert.Null(operators.ByToken("anna-new"));
        File.WriteAllText(AnnasFile, "anna-new");
        _time.Advance(Operators.LeastAge - TimeSpan.FromTicks(1));
        Assert.Null(operators.ByToken("anna-new"));
    }

    [Fact]
    public void A_token_that_was_taken_away_lets_nobody_in_after_a_few_seconds()
    {
        var operators = Create();
        Assert.NotNull(operators.ByToken("anna-token"));
        File.WriteAllText(AnnasFile, "anna-new");
        _time.Advance(Operators.MostAge);
        Assert.Null(operators.ByToken("anna-token"));
    }

    [Fact]
    public void A_token_that_cannot_be_read_lets_nobody_in_and_the_others_still_work()
    {
        var operators = Create();
        Assert.NotNull(operators.ByToken("anna-token"));
        File.Delete(AnnasFile);
        _time.Advance(Operators.MostAge);
        Assert.Null(operators.ByToken("anna-token"));
        Assert.Equal("ben-at-github", operators.ByToken("ben-token")?.Login);
        Assert.Contains(_log.All, line => line.Contains("operator anna", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.All, line => line.Contains("ben-token", StringComparison.Ordinal));
    }

    private Operators Create() => new(
        new Dictionary<string, OperatorConfig>
        {
            ["anna"] = new() { Token = new($"${{file:{AnnasFile}}}") },
            ["ben"] = new() { Token = new("ben-token\nben-token-2"), Login = "ben-at-github" },
        },
        _time, _log.CreateLogger<Operators>());
}
