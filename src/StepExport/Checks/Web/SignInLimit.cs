using System.Net;
using System.Net.Sockets;

namespace StepExport.Checks.Web;

/// <summary>Slows down who tries tokens: after <see cref="Free"/> wrong ones every further one doubles the wait, up to <see cref="Longest"/>. Thread-safe.</summary>
/// <remarks>While an address waits not even the right token lets it in, else waiting would tell nothing. Behind a proxy all share one address, and its wait.</remarks>
internal sealed class SignInLimit(TimeProvider time)
{
    public const int Free = 5;
    public const int Most = 1000;
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Attempts> _wrong = [];

    /// <summary>How long the address has to wait; zero when it may try.</summary>
    public TimeSpan Wait(IPAddress? address)
    {
        lock (_lock)
        {
            var wait = _wrong.TryGetValue(Key(address), out var attempts) ? attempts.Until - time.GetUtcNow() : TimeSpan.Zero;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    public void Wrong(IPAddress? address)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var key = Key(address);
            var count = _wrong.TryGetValue(key, out var before) && now - before.Last < Memory ? before.Count + 1 : 1;
            var wait = count < Free ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(count - Free, 10))));
            _wrong[key] = new(count, now, now + wait);
        }
    }

    public void Right(IPAddress? address)
    {
        lock (_lock) _wrong.Remove(Key(address));
    }

    /// <summary>A network of IPv6 is one customer. When too many are remembered, the ones that are new share a place.</summary>
    private IPAddress Key(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var bytes = address.GetAddressBytes();
            bytes.AsSpan(8).Clear();
            address = new(bytes);
        }

        if (_wrong.Count < Most || _wrong.ContainsKey(address)) return address;
        var now = time.GetUtcNow();
        foreach (var (old, attempts) in _wrong.ToArray())
        {
            if (now - attempts.Last >= Memory) _wrong.Remove(old);
        }

        return _wrong.Count < Most ? address : IPAddress.None;
    }

    private readonly record struct Attempts(int Count, DateTimeOffset Last, DateTimeOffset Until);
}
