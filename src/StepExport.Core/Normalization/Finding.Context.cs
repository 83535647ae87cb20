using System.Buffers.Text;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization;

/// <content>
/// Where it happened. OCSF has no words for pipelines, so a run is told three ways: resources (typed), tags with
/// OpenTelemetry's names (flat), and <c>metadata.correlation_uid</c>.
/// </content>
internal sealed partial class Finding
{
    /// <summary>The detection's type, as received.</summary>
    public DetectionText Type { get; set; }

    private int _runResource;

    /// <summary>Writes repository, workflow, run and job; they come first, so a mapper's own resources follow.</summary>
    private void WriteContextResources()
    {
        _runResource = -1;
        if (!Repository.IsEmpty) WriteRepository();
        if (!WorkflowPath.IsEmpty || !WorkflowId.IsEmpty) WriteWorkflow();
        if (!RunId.IsEmpty) WriteRun();
        if (!JobId.IsEmpty || !Job.IsEmpty) WriteRelated("Workflow Job"u8, JobId, Job);
    }

    private void WriteRepository()
    {
        var w = BeginResource();
        w.String("uid"u8, Repository);
        w.String("name"u8, Repository);
        w.Raw("""
            "type":"Repository","role_id":3,"role":"Affected"
            """u8);
        w.String("namespace"u8, Owner);
        if (!Owner.IsEmpty)
        {
            w.Object("owner"u8);
            w.String("name"u8, Owner);
            w.Raw("""
                "type_id":99,"type":"GitHub Account"
                """u8);
            w.EndObject();
        }

        EndResource();
    }

    private void WriteWorkflow()
    {
        if (WorkflowPath.IsEmpty)
        {
            WriteRelated("Workflow"u8, WorkflowId, default);
            return;
        }

        var w = BeginResource();
        w.String("uid"u8, Repository.IsEmpty
            ? WorkflowPath
            : Detection.Begin().Append(Repository).Append((byte)'/').Append(WorkflowPath).End());
        w.String("uid_alt"u8, WorkflowId);
        w.String("name"u8, WorkflowPath);
        w.Plain("type"u8, "Workflow"u8);
        EndRelated(w);
    }

    private void WriteRun()
    {
        _runResource = _resource;
        var w = BeginResource();
        w.String("uid"u8, RunId);
        w.Plain("type"u8, "Workflow Run"u8);
        if (RunAttempt is { } attempt)
        {
            w.Object("data"u8);
            w.Number("run_attempt"u8, attempt);
            w.EndObject();
        }

        EndRelated(w);
    }

    private void WriteRelated(ReadOnlySpan<byte> type, DetectionText uid, DetectionText name)
    {
        var w = BeginResource();
        w.String("uid"u8, uid);
        w.String("name"u8, name);
        w.Plain("type"u8, type);
        EndRelated(w);
    }

    private void EndRelated(OcsfWriter w)
    {
        w.String("namespace"u8, Repository);
        w.Raw("""
            "role_id":4,"role":"Related"
            """u8);
        EndResource();
    }

    private void WriteObservables(OcsfWriter w)
    {
        if (!Repository.IsEmpty) Observe("resources["u8, 0, "name"u8, ObservableType.ResourceName, Repository);
        if (_runResource >= 0) Observe("resources["u8, _runResource, "uid"u8, ObservableType.ResourceUid, RunId);
        Observables.EndArray();
        var observables = Observables.Flush();
        if (observables.Length > "[]".Length) w.Raw("observables"u8, observables);
    }

    private void WriteTags(OcsfWriter w)
    {
        w.Array("tags"u8);
        WriteTag(w, "vcs.provider.name"u8, "github"u8);
        WriteTag(w, "vcs.owner.name"u8, Owner);
        WriteTag(w, "vcs.repository.name"u8, RepositoryName);
        WriteTag(w, "cicd.pipeline.name"u8, WorkflowPath);
        WriteTag(w, "cicd.pipeline.run.id"u8, RunId);
        WriteTag(w, "cicd.pipeline.task.name"u8, Job);
        WriteTag(w, "cicd.pipeline.task.run.id"u8, JobId);
        if (RunAttempt is { } attempt)
        {
            Span<byte> digits = stackalloc byte[20];
            Utf8Formatter.TryFormat(attempt, digits, out var length);
            WriteTag(w, "github.run_attempt"u8, digits[..length]);
        }

        w.EndArray();
    }

    private static void WriteTag(OcsfWriter w, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return;
        w.Object();
        w.Plain("name"u8, name);
        w.String("value"u8, value);
        w.EndObject();
    }

    /// <summary>The runner. It has no host name in the payload, so none is invented.</summary>
    private void WriteDevice(OcsfWriter w)
    {
        w.Object("device"u8);
        w.String("uid"u8, JobId);
        w.Raw("""
            "name":"GitHub Actions runner","type_id":0,"type":"Unknown","agent_list":[{"name":"Harden-Runner","vendor_name":"StepSecurity","type_id":1,"type":"Endpoint Detection and Response"}]
            """u8);
        w.EndObject();
    }
}
