using System.Text.Json;
using System.Text.RegularExpressions;

namespace StepExport.Testing.GitHub;

/// <summary>What is sent to create or change a check run, with GitHub's limits.</summary>
internal static partial class CheckRunInput
{
    private const int LongestText = 65535;
    private static readonly string[] Statuses = ["queued", "in_progress", "completed"];
    private static readonly string[] Conclusions = ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"];

    /// <summary>Why GitHub would not take it; null when it would.</summary>
    public static string? Problem(JsonElement body, bool isNew)
    {
        if (body.ValueKind != JsonValueKind.Object) return "is not an object.";
        foreach (var name in (string[])["name", "head_sha", "external_id", "details_url", "status", "conclusion", "started_at", "completed_at"])
        {
            if (body.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) return $"{name} is not a string.";
        }

        if (isNew && string.IsNullOrEmpty(Text(body, "name"))) return "\"name\" wasn't supplied.";
        if (isNew && !Sha().IsMatch(Text(body, "head_sha") ?? "")) return "head_sha must be 40 hexadecimal digits.";
        if (Text(body, "details_url") is { } url && !IsWeb(url)) return "details_url must use http or https scheme.";
        return StateProblem(Text(body, "status"), Text(body, "conclusion")) ?? OutputProblem(body, isNew) ?? ActionsProblem(body);
    }

    /// <summary>The check run as it is afterwards; what is not sent stays as it was.</summary>
    public static FakeCheckRun Apply(FakeCheckRun run, JsonElement body, DateTimeOffset now)
    {
        var conclusion = Text(body, "conclusion");
        var status = conclusion is null ? Text(body, "status") ?? run.Status : "completed";
        var output = body.TryGetProperty("output", out var sent) && sent.ValueKind == JsonValueKind.Object ? sent : (JsonElement?)null;
        return run with
        {
            Name = Text(body, "name") ?? run.Name,
            ExternalId = Text(body, "external_id") ?? run.ExternalId,
            DetailsUrl = Text(body, "details_url") ?? run.DetailsUrl,
            Status = status,
            Conclusion = status == "completed" ? conclusion ?? run.Conclusion : null,
            CompletedAt = status == "completed" ? now : null,
            Title = output is { } o1 ? Text(o1, "title") ?? run.Title : run.Title,
            Summary = output is { } o2 ? Text(o2, "summary") : run.Summary,
            Text = output is { } o3 ? Text(o3, "text") : run.Text,
            Actions = body.TryGetProperty("actions", out var actions) && actions.ValueKind == JsonValueKind.Array
                ? [.. actions.EnumerateArray().Select(a => new FakeAction(Text(a, "label")!, Text(a, "description")!, Text(a, "identifier")!))]
                : run.Actions,
        };
    }

    private static string? StateProblem(string? status, string? conclusion)
    {
        if (status is not null && !Statuses.Contains(status)) return $"{status} is not a status.";
        if (conclusion is not null && !Conclusions.Contains(conclusion)) return $"{conclusion} is not a conclusion.";
        if (conclusion is not null && status is not (null or "completed")) return "conclusion goes with status completed only.";
        return status == "completed" && conclusion is null ? "\"conclusion\" wasn't supplied." : null;
    }

    private static string? OutputProblem(JsonElement body, bool isNew)
    {
        if (!body.TryGetProperty("output", out var output) || output.ValueKind == JsonValueKind.Null) return null;
        if (output.ValueKind != JsonValueKind.Object) return "output is not an object.";
        if (isNew && string.IsNullOrEmpty(Text(output, "title"))) return "output.title wasn't supplied.";
        if (Text(output, "summary") is null) return "output.summary wasn't supplied.";
        return Text(output, "summary")!.Length > LongestText ? "output.summary: only 65535 characters are allowed."
            : Text(output, "text") is { Length: > LongestText } ? "output.text: only 65535 characters are allowed."
            : null;
    }

    private static string? ActionsProblem(JsonElement body)
    {
        if (!body.TryGetProperty("actions", out var actions) || actions.ValueKind == JsonValueKind.Null) return null;
        if (actions.ValueKind != JsonValueKind.Array) return "actions is not an array.";
        if (actions.GetArrayLength() > 3) return "actions: no more than 3 items are allowed.";
        foreach (var action in actions.EnumerateArray())
        {
            foreach (var (name, longest) in ((string, int)[])[("label", 20), ("description", 40), ("identifier", 20)])
            {
                if (string.IsNullOrEmpty(Text(action, name))) return $"actions.{name} wasn't supplied.";
                if (Text(action, name)!.Length > longest) return FormattableString.Invariant($"actions.{name}: only {longest} characters are allowed.");
            }
        }

        return null;
    }

    private static bool IsWeb(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("^[0-9a-f]{40}$", RegexOptions.IgnoreCase)]
    private static partial Regex Sha();
}
