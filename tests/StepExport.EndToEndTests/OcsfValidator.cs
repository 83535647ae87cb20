using System.Diagnostics;
using StepExport.Testing;

namespace StepExport.EndToEndTests;

/// <summary>The independent OCSF validator that lies beside the repository, where it does.</summary>
internal static class OcsfValidator
{
    private static readonly string Script = System.IO.Path.GetFullPath(RepositoryRoot.Combine("..", "shared", "ocsf", "validate_ocsf.py"));

    public static bool IsThere => File.Exists(Script);

    /// <summary>Skips the test, with the reason, when the validator is not on this machine.</summary>
    public static void Require() => Assert.SkipUnless(IsThere, "the OCSF validator and its schema files are not beside the repository");

    /// <summary>Its verdict, e.g. <c>14 events, 0 errors, 0 warnings</c>.</summary>
    public static async Task<string> VerdictAsync(string ndjson)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", [Script, ndjson]) { RedirectStandardOutput = true })!;
        var output = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.TrimEnd().Split('\n')[^1] is var last && last.EndsWith(" 0 errors, 0 warnings", StringComparison.Ordinal) ? last : output;
    }
}
