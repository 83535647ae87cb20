namespace StepExport.Cli;

/// <summary>What the program's exit says to a script or a supervisor; 64 and 78 are those of sysexits.h.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something failed while running.</summary>
    public const int Failure = 1;

    /// <summary>A bounded run is finished, but something was dead-lettered.</summary>
    public const int DeadLettered = 2;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>The configuration is wrong or missing.</summary>
    public const int Configuration = 78;
}
