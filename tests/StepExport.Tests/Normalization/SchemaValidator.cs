using System.ComponentModel;
using System.Diagnostics;

namespace StepExport.Tests.Normalization;

/// <summary>The validator that is proven against the official one.</summary>
internal static class SchemaValidator
{
    /// <summary>Skips the test where there is none.</summary>
    public static void Require() => Assert.SkipWhen(ProjectFiles.Ocsf is null, "the OCSF material is not beside the project");

    /// <returns>E.g. <c>3 events, 0 errors, 0 warnings</c>; what is wrong stands before it.</returns>
    public static async Task<string> VerdictAsync(byte[] events, string version)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(ProjectFiles.Ocsf!, "validate_ocsf.py"), "--ocsf-version", version])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var validator = Start(start);
        var report = validator.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await validator.StandardInput.BaseStream.WriteAsync(events, TestContext.Current.CancellationToken);
        validator.StandardInput.Close();
        return (await report).Trim();
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("python3 is not installed");
            throw;
        }
    }
}
