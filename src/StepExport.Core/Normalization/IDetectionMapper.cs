namespace StepExport.Core.Normalization;

/// <summary>The mapping of one detection type. Stateless: one instance serves all threads.</summary>
internal interface IDetectionMapper
{
    /// <summary>What is the same for every detection of the type.</summary>
    TypeFacts Facts { get; }

    /// <summary>
    /// Writes what is special to the type: evidences, further resources and observables, the detail of the message.
    /// The common facts of <paramref name="finding"/> are already there. Whatever it does not take goes to <c>unmapped</c>.
    /// </summary>
    void Map(Finding finding);
}
