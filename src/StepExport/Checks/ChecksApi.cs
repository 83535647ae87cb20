using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;
using StepExport.Admin;
using StepExport.Core.Checks;

namespace StepExport.Checks;

/// <summary>Everything below <c>/api/checks</c> of the admin listener: for scripts, and for <c>stepexport checks</c>.</summary>
/// <remarks>
/// Looking wants the admin token, when there is one, or an operator's. Approving wants an operator's: it is a person who approves. No cookie is
/// looked at here, so no page of another site can do anything in the name of who is signed in.
/// </remarks>
internal sealed class ChecksApi(CheckStore store, Approvals approvals, Operators operators)
{
    public const string Path = "/api/checks";

    private const string ApproveEnd = "/approve";
    private const int LargestBody = 16 * 1024;

    /// <summary>Strict towards requests, and readable in a terminal.</summary>
    public static JsonSerializerOptions Layout { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static bool Handles(PathString path) => path.StartsWithSegments(Path, StringComparison.Ordinal);

    /// <param name="context">The request; only headers of the answer are set.</param>
    /// <param name="refuse">Why the admin token does not let it in; null when it does, or when none is wanted.</param>
    public async Task<(int Code, string Type, string Body)> AnswerAsync(HttpContext context, Func<HttpContext, (int Code, string Type, string Body)?> refuse)
    {
        var path = context.Request.Path.Value![Path.Length..];
        var isApproval = path.EndsWith(ApproveEnd, StringComparison.Ordinal);
        var allowed = isApproval ? "POST" : "GET, HEAD";
        if (!allowed.Split(", ").Contains(context.Request.Method))
        {
            context.Response.Headers.Allow = allowed;
            return Problem(StatusCodes.Status405MethodNotAllowed, $"only {allowed}");
        }

        var person = operators.ByHeader(context.Request.Headers.Authorization.ToString());
        try
        {
            if (isApproval) return person is null ? NobodyKnown(context) : await ApproveAsync(context.Request, CheckKey.TryParse(path[..^ApproveEnd.Length].TrimStart('/')), person);
            if (person is null && refuse(context) is { } refusal) return refusal;
            return path is "" or "/" ? List(context.Request.Query) : Show(CheckKey.TryParse(path[1..]));
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            context.Response.Headers.RetryAfter = "5";
            return Problem(StatusCodes.Status503ServiceUnavailable, $"{e.Message}; try again");
        }
    }

    private (int, string, string) List(IQueryCollection conditions)
    {
        var (query, problem) = CheckQueryText.Read(conditions);
        return query is null ? Problem(StatusCodes.Status400BadRequest, problem!) : Answer(StatusCodes.Status200OK, CheckListReport.Of(store.List(query), query));
    }

    private (int, string, string) Show(CheckKey? key) => key is { } known && store.Find(known) is { } check
        ? Answer(StatusCodes.Status200OK, new CheckDetailReport(
            CheckReport.Of(check), [.. store.Findings(known).Select(FindingReport.Of)], store.History(known), store.ReportTrouble(known)))
        : Problem(StatusCodes.Status404NotFound, $"there is no such check; write {Path}/OWNER/REPO/RUN");

    private async Task<(int, string, string)> ApproveAsync(HttpRequest request, CheckKey? key, Approver person)
    {
        if (!request.Headers.ContainsKey(ReloadPage.Header)) return Problem(StatusCodes.Status403Forbidden, $"send the header {ReloadPage.Header}: approve");
        if (key is not { } known) return Problem(StatusCodes.Status404NotFound, $"there is no such check; write {Path}/OWNER/REPO/RUN{ApproveEnd}");
        var (wish, refusal) = await ReadAsync(request);
        if (wish is null) return refusal!.Value;
        var decision = await approvals.ApproveAsync(known, wish.Revision, person, ApprovalVia.Api, wish.Comment, request.HttpContext.RequestAborted);
        if (decision.Outcome == DecisionOutcome.TryLater) request.HttpContext.Response.Headers.RetryAfter = "60";
        return Answer(CodeOf(decision.Outcome), new DecisionReport(decision.Outcome, decision.Text));
    }

    private static async Task<(ApproveRequest? Wish, (int, string, string)? Refusal)> ReadAsync(HttpRequest request)
    {
        // The listener as a whole takes no bodies.
        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LargestBody;
        try
        {
            var wish = await JsonSerializer.DeserializeAsync<ApproveRequest>(request.Body, Layout, request.HttpContext.RequestAborted);
            if (wish is not null) return (wish, null);
        }
        catch (JsonException)
        {
            // Answered below: what was sent is not repeated.
        }
        catch (BadHttpRequestException e)
        {
            return (null, Problem(e.StatusCode, "the request cannot be read"));
        }

        return (null, Problem(StatusCodes.Status400BadRequest, "send {\"revision\": N, \"comment\": \"…\"}, with the revision that you have looked at"));
    }

    private static (int, string, string) NobodyKnown(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem(StatusCodes.Status401Unauthorized, "who approves? Send an operator's token (checks.signIn.operators): Authorization: Bearer …");
    }

    private static int CodeOf(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Approved => StatusCodes.Status200OK,
        DecisionOutcome.Forbidden => StatusCodes.Status403Forbidden,
        DecisionOutcome.Unknown => StatusCodes.Status404NotFound,
        DecisionOutcome.NothingPending or DecisionOutcome.Changed => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    private static (int, string, string) Problem(int code, string error) => Answer(code, new { error });

    private static (int, string, string) Answer<T>(int code, T body) => (code, "application/json; charset=utf-8", JsonSerializer.Serialize(body, Layout) + "\n");
}
