namespace StepExport.Core.Formats;

/// <summary>Where in the finding's JSON the parts stand. Used again for the next finding. Offsets, not text, so nothing is copied.</summary>
internal sealed class FindingParts
{
    private static readonly int Count = Enum.GetValues<Part>().Length;

    private readonly Range[] _parts = new Range[Count];

    /// <summary>A bit for each <see cref="Part"/> that is there.</summary>
    public UInt128 Present { get; private set; }

    public List<Technique> Techniques { get; } = [];

    /// <summary>Names and values of <c>finding_info.tags</c>.</summary>
    public List<(Range Name, Range Value)> Tags { get; } = [];

    /// <summary>Type and value of the observables.</summary>
    public List<(int Type, Range Value)> Observables { get; } = [];

    /// <summary>The resources of which not everything has become a part, each as a whole.</summary>
    public List<Range> Resources { get; } = [];

    /// <summary>Names and values of the finding's own attributes of which not everything has become a part.</summary>
    public List<(Range Name, Range Value)> Rest { get; } = [];

    /// <summary>Where the JSON of a part stands; valid when it is <see cref="Present"/>.</summary>
    public Range this[Part part] => _parts[(int)part];

    public static UInt128 Bit(Part part) => UInt128.One << (int)part;

    public bool Has(Part part) => (Present & Bit(part)) != 0;

    public void Set(Part part, Range range)
    {
        _parts[(int)part] = range;
        Present |= Bit(part);
    }

    public void Clear()
    {
        Present = 0;
        Techniques.Clear();
        Tags.Clear();
        Observables.Clear();
        Resources.Clear();
        Rest.Clear();
    }

    /// <summary>One entry of <c>attacks</c>; default ranges are of what it does not name.</summary>
    internal record struct Technique(Range TacticId, Range TacticName, Range Id, Range Name, Range SubId, Range SubName);
}
