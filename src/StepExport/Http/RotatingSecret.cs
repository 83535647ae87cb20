using System.Text;
using StepExport.Configuration;
using StepExport.Core.Telemetry;

namespace StepExport.Http;

/// <summary>The values of a secret, one per line, kept up to date with its file. Thread-safe.</summary>
/// <remarks>A value that was taken out of the file is let in for <see cref="MostAge"/> at most; one that was written into it is
/// found when the first sender who uses it would be refused. Strangers cannot make it read more often than once per
/// <see cref="LeastAge"/>.</remarks>
internal sealed class RotatingSecret
{
    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostAge = TimeSpan.FromSeconds(10);

    private readonly string _setting;
    private readonly Secret _secret;
    private readonly TimeProvider _time;
    private readonly JoinedHealth _health;
    private readonly Lock _reading = new();
    private volatile Reading _last;

    /// <exception cref="IOException">It cannot be read, or holds no value.</exception>
    public RotatingSecret(string setting, Secret secret, TimeProvider time, JoinedHealth health)
    {
        (_setting, _secret, _time, _health) = (setting, secret, time, health);
        _last = new(Read(), time.GetTimestamp());
    }

    /// <summary>Whether one of the values fits.</summary>
    /// <param name="fits">Compares in constant time. It is asked for every value, whether or not one has fitted already.</param>
    public bool Any(Func<byte[], bool> fits)
    {
        var known = UpToDate(_last, MostAge);
        if (AnyOf(known, fits)) return true;
        var renewed = UpToDate(known, LeastAge);
        return renewed != known && AnyOf(renewed, fits);
    }

    private static bool AnyOf(Reading reading, Func<byte[], bool> fits)
    {
        var found = false;
        foreach (var value in reading.Values) found |= fits(value);
        return found;
    }

    private Reading UpToDate(Reading known, TimeSpan age)
    {
        if (_last != known || _time.GetElapsedTime(known.At) < age) return _last;
        lock (_reading)
        {
            if (_last != known) return _last;
            try
            {
                _last = new(Read(), _time.GetTimestamp());
                _health.Set(_setting, null);
            }
            catch (IOException e)
            {
                // A file that is being replaced is not there for a moment: who was let in until now still is
                _last = known with { At = _time.GetTimestamp() };
                _health.Set(_setting, e.Message);
            }

            return _last;
        }
    }

    private byte[][] Read()
    {
        byte[][] values;
        try
        {
            values = [.. _secret.Reveal().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Encoding.UTF8.GetBytes)];
        }
        catch (IOException e)
        {
            throw new IOException($"{_setting} cannot be read: {e.Message}", e);
        }

        return values.Length > 0 ? values : throw new IOException($"{_setting} is empty; write the secret into it");
    }

    private sealed record Reading(byte[][] Values, long At);
}
