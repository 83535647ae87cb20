namespace StepExport.Testing.Delivery;

/// <summary>A die that always shows the same side, so that a wait can be foretold.</summary>
internal sealed class FixedRandom(double value) : Random
{
    public override double NextDouble() => value;
}
