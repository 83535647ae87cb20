using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;

namespace StepExport.Configuration;

/// <summary>A limit on a value of the configuration, written on its property: the loader checks it and the schema shows it.
/// On a list or a map of values it holds for each of them, unless <see cref="OnWhole"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class ConstraintAttribute : Attribute
{
    public virtual bool OnWhole => false;

    /// <summary>What is wrong and what to do, or null.</summary>
    public abstract string? Problem(object value);

    /// <summary>What is dangerous about a secret and what to do, without the secret; or null.</summary>
    public virtual string? Danger(string secret) => null;

    /// <summary>Adds the limit to the property's JSON schema.</summary>
    public abstract void Describe(JsonObject schema);
}

/// <summary>Numbers, both ends included.</summary>
internal sealed class NumberRangeAttribute(long min, long max) : ConstraintAttribute
{
    public override string? Problem(object value) =>
        Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && number >= min && number <= max
            ? null
            : FormattableString.Invariant($"{value} is out of range; write a number from {min} to {max}");

    public override void Describe(JsonObject schema) => (schema["minimum"], schema["maximum"]) = (min, max);
}

/// <summary>Sizes, both ends included.</summary>
internal sealed class SizeRangeAttribute(string min, string max) : ConstraintAttribute
{
    public override string? Problem(object value) =>
        (ByteSize)value is var size && size.Bytes >= ByteSize.Parse(min).Bytes && size.Bytes <= ByteSize.Parse(max).Bytes
            ? null
            : $"{size} is out of range; write a size from {min} to {max}";

    public override void Describe(JsonObject schema) => schema["$comment"] = $"{min} to {max}";
}

/// <summary>Durations, both ends included.</summary>
internal sealed class DurationRangeAttribute(string min, string max) : ConstraintAttribute
{
    /// <summary>0s is allowed too.</summary>
    public bool OrZero { get; init; }

    public override string? Problem(object value) =>
        (Duration)value is var duration && ((OrZero && duration.Value == TimeSpan.Zero) || IsWithin(duration))
            ? null
            : $"{duration} is out of range; write {(OrZero ? "0s or " : "")}a duration from {min} to {max}";

    public override void Describe(JsonObject schema) => schema["$comment"] = $"{(OrZero ? "0s or " : "")}{min} to {max}";

    private bool IsWithin(Duration duration) => duration.Value >= Duration.Parse(min).Value && duration.Value <= Duration.Parse(max).Value;
}

/// <summary>Text that is one of these words.</summary>
internal class OneOfAttribute(params string[] values) : ConstraintAttribute
{
    public override string? Problem(object value) => Check((string)value, values);

    public override void Describe(JsonObject schema) => schema["enum"] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]);

    /// <summary>The message for a word that is none of <paramref name="values"/>.</summary>
    internal static string? Check(string value, IReadOnlyCollection<string> values)
    {
        if (values.Contains(value)) return null;
        var suggestion = Suggestion.For(value, values);
        var allowed = $"one of {string.Join(", ", values)}";
        return suggestion.StartsWith("did", StringComparison.Ordinal)
            ? $"'{value}' is not {allowed}; {suggestion}"
            : $"'{value}' is not known; write {allowed}";
    }
}

/// <summary>A severity by its OCSF name.</summary>
internal sealed class SeverityNameAttribute() : OneOfAttribute("informational", "low", "medium", "high", "critical", "fatal");

/// <summary>A state of a finding.</summary>
internal sealed class StateNameAttribute() : OneOfAttribute("new", "suppressed", "resolved");

/// <summary>A secret that whoever reaches the listener can try to guess. Each of its lines is one.</summary>
internal sealed class GuessableAttribute : ConstraintAttribute
{
    private const int Shortest = 20;

    public override string? Problem(object value) => null;

    /// <summary>Twenty random hexadecimal digits hardly ever have fewer different ones.</summary>
    private const int FewestCharacters = 5;

    public override string? Danger(string secret)
    {
        var lines = secret.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var why = Array.Exists(lines, line => line.Length < Shortest) ? $"is shorter than {Shortest} characters"
            : Array.Exists(lines, line => line.Distinct().Count() < FewestCharacters) ? "repeats the same few characters"
            : null;
        return why is null ? null : $"{why}, and whoever reaches the listener can guess it; 'openssl rand -hex 32' makes a better one";
    }

    public override void Describe(JsonObject schema) => schema["$comment"] = $"better {Shortest} characters or more";
}

/// <summary>A list that holds at least one value.</summary>
internal sealed class NotEmptyAttribute : ConstraintAttribute
{
    public override bool OnWhole => true;

    public override string? Problem(object value) =>
        ((IEnumerable)value).GetEnumerator().MoveNext() ? null : "the list is empty; write at least one value or remove the key";

    public override void Describe(JsonObject schema) => schema["minItems"] = 1;
}
