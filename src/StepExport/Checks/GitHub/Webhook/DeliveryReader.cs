using System.Buffers;
using System.Globalization;
using System.Text.Json;
using StepExport.Core.Checks;

namespace StepExport.Checks.GitHub.Webhook;

/// <summary>Understands what GitHub delivers, after its signature was found right. Whatever the JSON is, there is an answer and no exception.</summary>
/// <param name="appId">Number or client id of our App.</param>
/// <param name="everyRun">Whether runs that end are of interest.</param>
internal sealed class DeliveryReader(string appId, bool everyRun)
{
    private const string Button = "approve:";
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private static readonly SearchValues<char> RepositoryCharacters =
        SearchValues.Create("/-._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <param name="event">As X-GitHub-Event says. No signature covers it: what the body is decides, too.</param>
    /// <param name="body">As it was sent.</param>
    public Delivery Read(string @event, ReadOnlySequence<byte> body)
    {
        if (@event is not ("ping" or "check_run" or "check_suite" or "workflow_run")) return new Delivery.Other();
        try
        {
            using var json = JsonDocument.Parse(body, Strict);
            return json.RootElement.ValueKind != JsonValueKind.Object ? new Delivery.Malformed("the body is no JSON object") : @event switch
            {
                "ping" => new Delivery.Ping(),
                "check_run" => ReadCheckRun(json.RootElement),
                "check_suite" => ReadCheckSuite(json.RootElement),
                _ => ReadWorkflowRun(json.RootElement),
            };
        }
        catch (JsonException)
        {
            return new Delivery.Malformed("the body is no JSON, or nested too deeply");
        }
        catch (InvalidOperationException)
        {
            // The one thing that GetString finds and the parser does not
            return new Delivery.Malformed("a text in the body is no Unicode");
        }
    }

    private Delivery ReadCheckRun(JsonElement body)
    {
        if (Text(body, "action") is not ("requested_action" or "rerequested") || !TryGet(body, "check_run", out var run)) return OtherOrNot(body, "check_run");
        if (!IsOurs(run)) return new Delivery.Forbidden("it is about a check run of another App");
        if (CheckKey.TryParse(Text(run, "external_id") ?? "") is not { } key) return new Delivery.Malformed("check_run.external_id names no check of this program");
        if (!key.Repository.Equals(Repository(body), StringComparison.OrdinalIgnoreCase)) return new Delivery.Malformed("check_run.external_id and repository.full_name do not agree");
        if (Text(body, "action") == "rerequested") return new Delivery.RunAgain(key);

        if (!TryGet(body, "requested_action", out var action) || Revision(Text(action, "identifier")) is not { } revision)
            return new Delivery.Malformed("requested_action.identifier is none of this program's");
        if (!TryGet(body, "sender", out var sender) || Text(sender, "login") is not { } login) return new Delivery.Malformed("sender.login is missing");
        if (Text(sender, "type") != "User") return new Delivery.Forbidden("only people approve, and the sender is none");
        return Approvals.IsGitHubLogin(login) ? new Delivery.Pressed(key, revision, login) : new Delivery.Malformed("sender.login is no login");
    }

    private Delivery ReadCheckSuite(JsonElement body)
    {
        if (Text(body, "action") != "rerequested" || !TryGet(body, "check_suite", out var suite)) return OtherOrNot(body, "check_suite");
        if (!IsOurs(suite)) return new Delivery.Forbidden("it is about a check suite of another App");
        return Repository(body) is { } repository && Text(suite, "head_sha") is { Length: > 0 } sha
            ? new Delivery.SuiteAgain(repository, sha) : new Delivery.Malformed("repository.full_name or check_suite.head_sha is missing");
    }

    private Delivery ReadWorkflowRun(JsonElement body)
    {
        if (!everyRun || Text(body, "action") != "completed" || !TryGet(body, "workflow_run", out var run)) return OtherOrNot(body, "workflow_run");
        if (Number(run, "id") is not { } id || CheckKey.TryParse(FormattableString.Invariant($"{Repository(body)}/{id}")) is not { } key)
            return new Delivery.Malformed("repository.full_name or workflow_run.id is missing, or is none");
        // A reusable workflow is named with its version
        var path = Text(run, "path") ?? "";
        var version = path.IndexOf('@', StringComparison.Ordinal);
        return new Delivery.RunEnded(key, version < 0 ? path : path[..version]);
    }

    private static Delivery OtherOrNot(JsonElement body, string part) =>
        TryGet(body, part, out _) && Text(body, "action") is not null ? new Delivery.Other() : new Delivery.Malformed($"action or {part} is missing");

    /// <summary>A client id can be compared where GitHub names it; the signature says already that the delivery is for us.</summary>
    private bool IsOurs(JsonElement part) => TryGet(part, "app", out var app)
        && (appId.All(char.IsAsciiDigit) ? Number(app, "id")?.ToString(CultureInfo.InvariantCulture) == appId : Text(app, "client_id") is not { } client || client == appId);

    private static int? Revision(string? identifier) => identifier?.StartsWith(Button, StringComparison.Ordinal) == true
        && int.TryParse(identifier.AsSpan(Button.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : null;

    private static string? Repository(JsonElement body) =>
        TryGet(body, "repository", out var repository) && Text(repository, "full_name") is { } name && !name.AsSpan().ContainsAnyExcept(RepositoryCharacters) ? name : null;

    private static bool TryGet(JsonElement parent, string name, out JsonElement child) =>
        parent.TryGetProperty(name, out child) && child.ValueKind == JsonValueKind.Object;

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static long? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var value) && value > 0 ? value : null;
}
