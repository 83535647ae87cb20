namespace StepExport.Core.Checks;

/// <summary>What findings that came in mean for their check.</summary>
/// <param name="Findings">So many more.</param>
/// <param name="Failing">So many more (or fewer) fail.</param>
/// <param name="Open">So many more (or fewer) fail and are approved by nobody.</param>
/// <param name="IsAny">Something is not as before.</param>
/// <param name="ToReview">What a reviewer has to look at is not as before: who has seen it before has not seen this.</param>
/// <param name="Opened">Some finding fails that did not, or that was approved.</param>
internal readonly record struct FindingChange(int Findings, int Failing, int Open, bool IsAny, bool ToReview, bool Opened)
{
    /// <summary>A finding that was not there.</summary>
    public static FindingChange Of(bool fails) => Between(false, false, fails, fails) with { Findings = 1 };

    /// <summary>A finding that was there, and has changed.</summary>
    public static FindingChange Between(bool wasFailing, bool wasOpen, bool fails, bool isStillOpen) => new(
        0, (fails ? 1 : 0) - (wasFailing ? 1 : 0), (isStillOpen ? 1 : 0) - (wasOpen ? 1 : 0), true, wasOpen || isStillOpen, isStillOpen && !wasOpen);

    public static FindingChange operator +(FindingChange a, FindingChange b) => new(
        a.Findings + b.Findings, a.Failing + b.Failing, a.Open + b.Open, a.IsAny || b.IsAny, a.ToReview || b.ToReview, a.Opened || b.Opened);
}
