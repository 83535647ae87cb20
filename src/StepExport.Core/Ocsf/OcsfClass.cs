namespace StepExport.Core.Ocsf;

/// <summary>The classes of event that are journaled, by their <c>class_uid</c>.</summary>
internal enum OcsfClass
{
    /// <summary>The result of a check.</summary>
    ComplianceFinding = 2003,

    /// <summary>A detection.</summary>
    DetectionFinding = 2004,

    /// <summary>Who approved a check.</summary>
    EntityManagement = 3004,
}

internal static class OcsfClasses
{
    /// <summary>The class of a journaled event, which has it among its first members. Quotes inside texts are escaped, so none can look like it.</summary>
    public static OcsfClass Of(ReadOnlySpan<byte> body)
    {
        var name = "\"class_uid\":"u8;
        var at = body.IndexOf(name);
        if (at < 0) return OcsfClass.DetectionFinding;
        var value = body[(at + name.Length)..];
        return value.StartsWith("2003"u8) ? OcsfClass.ComplianceFinding : value.StartsWith("3004"u8) ? OcsfClass.EntityManagement : OcsfClass.DetectionFinding;
    }
}
