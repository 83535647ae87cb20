using System.Security.Cryptography;
using System.Text;
using StepExport.Configuration;

namespace StepExport.Checks;

/// <summary>Who has which token: the people of <see cref="SignInConfig.Operators"/>, for the page and for the API. Thread-safe.</summary>
/// <remarks>
/// A token that was taken out of its file lets in for <see cref="MostAge"/> at most; one that was written into it is found when its owner would
/// be refused. Strangers cannot make the files be read more often than once per <see cref="LeastAge"/>. While a file cannot be read, its
/// tokens let nobody in: an approval must not stand on a token that was perhaps taken away.
/// </remarks>
internal sealed partial class Operators(IReadOnlyDictionary<string, OperatorConfig> people, TimeProvider time, ILogger<Operators> logger)
{
    public static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MostAge = TimeSpan.FromSeconds(10);

    private const string Scheme = "Bearer ";

    private readonly Lock _reading = new();
    private volatile Reading? _last;

    /// <summary>Whether anybody has a token.</summary>
    public bool Any => people.Count > 0;

    /// <summary>Who sends this <c>Authorization</c> header; null for a stranger.</summary>
    public Approver? ByHeader(string authorization) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? ByToken(authorization[Scheme.Length..]) : null;

    /// <summary>Whose token it is; null when it is nobody's.</summary>
    public Approver? ByToken(string token)
    {
        if (token.Trim() is not { Length: > 0 } presented || !Any) return null;
        return ByHash(SHA256.HashData(Encoding.UTF8.GetBytes(presented)));
    }

    /// <summary>Whose token it is that has this SHA-256; null when it is nobody's (any more).</summary>
    public Approver? ByHash(byte[] hash)
    {
        var known = UpToDate(_last, MostAge);
        if (Find(known, hash) is { } approver) return approver;
        var renewed = UpToDate(known, LeastAge);
        return renewed == known ? null : Find(renewed, hash);
    }

    /// <summary>Compares hashes, and all of them: neither a token, nor its length, nor whose it is can be measured.</summary>
    private static Approver? Find(Reading reading, byte[] hash)
    {
        Approver? found = null;
        foreach (var (token, approver) in reading.Tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(token, hash)) found = approver;
        }

        return found;
    }

    private Reading UpToDate(Reading? known, TimeSpan age)
    {
        if (_last is { } last && (last != known || time.GetElapsedTime(last.At) < age)) return last;
        lock (_reading)
        {
            if (_last is { } meanwhile && meanwhile != known) return meanwhile;
            var reading = new Reading([.. people.SelectMany(person => Read(person.Key, person.Value))], time.GetTimestamp());
            _last = reading;
            return reading;
        }
    }

    private IEnumerable<(byte[] Token, Approver Approver)> Read(string name, OperatorConfig person)
    {
        string text;
        try
        {
            text = person.Token.Reveal();
        }
        catch (IOException e)
        {
            Log.Unreadable(logger, name, e.Message);
            return [];
        }

        // Each line is one, so that a token can be exchanged while the former is still in use.
        return text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => (SHA256.HashData(Encoding.UTF8.GetBytes(line)), new Approver(person.Login ?? name, [])));
    }

    private sealed record Reading(IReadOnlyList<(byte[] Token, Approver Approver)> Tokens, long At);

    private static partial class Log
    {
        [LoggerMessage(EventId = 850, Level = LogLevel.Warning, Message = "The token of operator {Name} cannot be read and lets nobody in: {Reason}")]
        public static partial void Unreadable(ILogger logger, string name, string reason);
    }
}
