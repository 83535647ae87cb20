using System.Text.Json;
using StepExport.Reload;

namespace StepExport.Admin;

/// <summary><c>POST /api/reload</c>: 200 with a <see cref="ReloadReport"/>, or 422 when it was refused.</summary>
internal static class ReloadPage
{
    public const string Path = "/api/reload";

    /// <summary>Has to be there, with any value: a page in a browser cannot send it to another site.</summary>
    public const string Header = "X-StepExport-Request";

    public static JsonSerializerOptions Layout { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<(int Code, string Body)> AnswerAsync(HttpRequest request, Func<Task<ReloadReport>> reload)
    {
        if (!request.Headers.ContainsKey(Header)) return (StatusCodes.Status403Forbidden, Json(new { error = $"send the header {Header}: reload" }));
        var report = await reload();
        return (report.Outcome == ReloadOutcome.Refused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK, Json(report));
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, Layout);
}
