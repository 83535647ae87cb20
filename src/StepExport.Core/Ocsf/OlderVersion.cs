using System.Text;

namespace StepExport.Core.Ocsf;

/// <summary>What one version older than 1.8.0 asks for, looked up by the bytes of a name.</summary>
internal sealed class OlderVersion
{
    /// <summary>Names are few per object, so a walk over them is the fastest lookup.</summary>
    private readonly (byte[] Name, bool IsKnown, OcsfShape Shape)[][] _attributes;

    public OlderVersion(OcsfVersion version)
    {
        Version = version;
        Text = Encoding.UTF8.GetBytes(version.ToText());
        _attributes =
        [
            .. Enum.GetValues<OcsfShape>().Select(owner => OcsfAttribute.All
                .Where(attribute => attribute.Owner == owner)
                .Select(attribute => (Encoding.UTF8.GetBytes(attribute.Name), attribute.Since <= version, attribute.Shape))
                .ToArray()),
        ];
    }

    public OcsfVersion Version { get; }

    public byte[] Text { get; }

    /// <summary>Text is at most 65,535 characters long, and host names are made of letters, digits and inner hyphens.</summary>
    public bool IsStrict => Version < OcsfVersion.V1_5_0;

    /// <summary>Whether the version knows the attribute, and what it holds.</summary>
    public bool Knows(OcsfShape owner, ReadOnlySpan<byte> name, out OcsfShape shape)
    {
        foreach (var attribute in _attributes[(int)owner])
        {
            if (!name.SequenceEqual(attribute.Name)) continue;
            shape = attribute.Shape;
            return attribute.IsKnown;
        }

        shape = OcsfShape.Plain;
        return true;
    }

    /// <summary>Whether an observable path is known: each of its attributes, from the event down.</summary>
    /// <param name="owner">The event's class.</param>
    /// <param name="path">E.g. <c>resources[0].name</c>.</param>
    public bool KnowsPath(OcsfShape owner, ReadOnlySpan<byte> path)
    {
        while (!path.IsEmpty)
        {
            var dot = path.IndexOf((byte)'.');
            var name = dot < 0 ? path : path[..dot];
            var bracket = name.IndexOf((byte)'[');
            if (!Knows(owner, bracket < 0 ? name : name[..bracket], out owner)) return false;
            path = dot < 0 ? default : path[(dot + 1)..];
        }

        return true;
    }
}
