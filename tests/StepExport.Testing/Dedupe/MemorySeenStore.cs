using System.Collections.Concurrent;
using StepExport.Core.Dedupe;

namespace StepExport.Testing.Dedupe;

/// <summary>A store in memory that fails where a test wants it to, and that can be opened again.</summary>
internal sealed class MemorySeenStore : ISeenStore
{
    private readonly ConcurrentQueue<SeenBlock> _blocks = new();

    /// <summary>Called before a block is stored; may throw an <see cref="IOException"/>.</summary>
    public Action BeforeWrite { get; set; } = () => { };

    /// <summary>What is stored.</summary>
    public IReadOnlyCollection<SeenBlock> Blocks => _blocks;

    public bool TryLoad(long durableSequence, Action<SeenBlock> visit)
    {
        foreach (var block in _blocks)
        {
            if (block.LastSequence > durableSequence) throw new InvalidOperationException("a key was stored before its record was durable");
            visit(block);
        }

        return true;
    }

    public void Write(SeenBlock block)
    {
        BeforeWrite();
        _blocks.Enqueue(block);
    }

    public void Clear() => _blocks.Clear();

    public void Dispose()
    {
    }
}
