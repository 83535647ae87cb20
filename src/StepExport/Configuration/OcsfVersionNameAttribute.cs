using StepExport.Core.Ocsf;

namespace StepExport.Configuration;

/// <summary>Text that names a supported OCSF version.</summary>
internal sealed class OcsfVersionNameAttribute() : OneOfAttribute([.. OcsfVersions.Texts]);
