namespace StepExport.Core.Ocsf;

/// <summary>OCSF schema versions that can be emitted, oldest first. The journal holds <see cref="V1_8_0"/>.</summary>
internal enum OcsfVersion
{
    V1_1_0,
    V1_3_0,
    V1_5_0,
    V1_6_0,
    V1_8_0,
}
