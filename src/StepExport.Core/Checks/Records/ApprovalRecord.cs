using System.Text;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Checks.Records;

/// <summary>Who approved a check, or wanted to and may not, as OCSF Entity Management (3004): an update of the entity "check".</summary>
internal static class ApprovalRecord
{
    public static void Write(OcsfWriter w, ReadOnlySpan<byte> uid, UnpublishedEvent line, Severity severity)
    {
        var happened = line.Event;
        var isDone = happened.Kind == CheckEventKind.Approved;
        var (name, way, run) = (People.Name(happened), People.Way(happened), $"{line.Check.Key.Repository} run {line.Check.Key.RunId}");
        w.Object();
        w.Raw("""
            "activity_id":3,"activity_name":"Update","category_uid":3,"category_name":"Identity & Access Management","class_uid":3004,"class_name":"Entity Management","type_uid":300403,"type_name":"Entity Management: Update"
            """u8);
        w.Number("time"u8, happened.At.ToUnixTimeMilliseconds());
        w.Raw(Captions.OfSeverity(severity));
        w.Raw(isDone
            ? """
              "status_id":1,"status":"Success","status_code":"approved"
              """u8
            : """
              "status_id":2,"status":"Failure","status_code":"refused"
              """u8);
        w.String("status_detail"u8, isDone ? Encoding.UTF8.GetBytes($"Approved by {name} {way}") : RecordText.LineBytes(happened.Text, RecordText.LongestSentence));
        w.String("message"u8, Encoding.UTF8.GetBytes(isDone
            ? $"{name} approved the check of {run} {way}"
            : $"{name} wanted to approve the check of {run} {way} and may not"));
        w.String("comment"u8, isDone ? RecordText.Cut(happened.Text, RecordText.LongestSentence) : default);
        CheckContext.WriteMetadata(w, uid, "Check-Approval"u8, line.Check.Key);
        WriteActor(w, name);
        WriteEntity(w, line.Check, happened);
        w.EndObject();
    }

    private static void WriteActor(OcsfWriter w, string name)
    {
        var login = Encoding.UTF8.GetBytes(name);
        w.Object("actor"u8);
        w.Object("user"u8);
        w.String("name"u8, login);
        w.Raw("""
            "type_id":1,"type":"User"
            """u8);
        w.EndObject();
        w.EndObject();
        w.Array("observables"u8);
        w.Object();
        w.Plain("name"u8, "actor.user.name"u8);
        w.Raw(ObservableType.UserName);
        w.String("value"u8, login);
        w.EndObject();
        w.EndArray();
    }

    /// <summary>The class has no resources; the entity's data is free in every version.</summary>
    private static void WriteEntity(OcsfWriter w, Check check, CheckEvent happened)
    {
        w.Object("entity"u8);
        w.String("uid"u8, CheckContext.Uid(check.Key));
        w.Raw("""
            "name":"Check of a workflow run","type_id":99,"type":"Check"
            """u8);
        w.String("version"u8, Encoding.UTF8.GetBytes(CheckContext.Digits(happened.Revision)));
        w.Object("data"u8);
        Text(w, "repository"u8, check.Key.Repository);
        Text(w, "workflow"u8, check.Workflow);
        Text(w, "run_id"u8, check.Key.RunId);
        Text(w, "head_sha"u8, check.Run?.HeadSha);
        Text(w, "head_branch"u8, check.Run?.HeadBranch);
        Text(w, "pull_request"u8, check.Run?.PullRequest is { } pull ? CheckContext.Digits(pull) : null);
        Text(w, "via"u8, happened.Via);
        w.EndObject();
        w.EndObject();
    }

    private static void Text(OcsfWriter w, ReadOnlySpan<byte> name, string? value) => w.String(name, RecordText.Cut(value, RecordText.LongestSentence));
}
