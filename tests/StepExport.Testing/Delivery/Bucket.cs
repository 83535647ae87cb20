using System.Globalization;

namespace StepExport.Testing.Delivery;

/// <summary>Objects by name; an object that exists is never replaced. Outlives the program. Thread-safe.</summary>
internal sealed class Bucket
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock) return [.. _objects.Keys];
        }
    }

    /// <summary>The sequences in all objects, in order; one that lies in two objects is there twice.</summary>
    public IReadOnlyList<long> Sequences
    {
        get
        {
            lock (_lock) return [.. _objects.Values.SelectMany(Lines).Select(line => long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)).Order()];
        }
    }

    /// <summary>Writes the object unless it is there already.</summary>
    /// <exception cref="InvalidOperationException">It is there with other bytes: its name is no function of its content.</exception>
    public void Put(string name, byte[] content)
    {
        lock (_lock)
        {
            if (!_objects.TryAdd(name, content) && !_objects[name].AsSpan().SequenceEqual(content))
                throw new InvalidOperationException($"{name} exists with other bytes");
        }
    }

    private static IEnumerable<string> Lines(byte[] content) =>
        System.Text.Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
