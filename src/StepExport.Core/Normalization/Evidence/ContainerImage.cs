using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>Reads image and container name out of <c>docker run …</c> and writes them into the open evidence.</summary>
internal static class ContainerImage
{
    /// <summary>Options of <c>docker run</c> that stand alone.</summary>
    private static readonly string[] Switches =
    [
        "--privileged", "--rm", "--detach", "--interactive", "--tty", "--init", "--read-only", "--publish-all", "--no-healthcheck",
        "--oom-kill-disable", "--quiet", "-d", "-i", "-t", "-P", "-q", "-it", "-ti", "-dit", "-id", "-di", "-dt", "-td", "-itd",
    ];

    /// <summary>Options whose value is the next argument.</summary>
    private static readonly string[] WithValue =
    [
        "--add-host", "--cap-add", "--cap-drop", "--cgroupns", "--cpus", "--device", "--dns", "--entrypoint", "--env", "--env-file",
        "--expose", "--gpus", "--hostname", "--ipc", "--label", "--log-driver", "--memory", "--mount", "--name", "--net", "--network",
        "--pid", "--platform", "--publish", "--pull", "--restart", "--runtime", "--security-opt", "--shm-size", "--tmpfs", "--ulimit",
        "--user", "--userns", "--uts", "--volume", "--volumes-from", "--workdir", "-e", "-h", "-l", "-m", "-p", "-u", "-v", "-w",
    ];

    public static void Write(Finding finding, DetectionValue arguments)
    {
        var (image, name) = Find(arguments);
        if (image.IsEmpty) return;
        WriteImage(finding.Evidence, image);
        if (!name.IsEmpty) WriteContainer(finding.Evidence, image, name);
    }

    private static (DetectionText Image, DetectionText Name) Find(DetectionValue arguments)
    {
        var isRun = false;
        var isValue = false;
        var isName = false;
        var name = default(DetectionText);
        foreach (var argument in arguments)
        {
            var text = argument.Text;
            if (!isRun)
            {
                isRun = text.Span.SequenceEqual("run"u8) || text.Span.SequenceEqual("create"u8);
                continue;
            }

            if (isName) name = text;
            if (isValue)
            {
                (isValue, isName) = (false, false);
                continue;
            }

            if (text.Span.StartsWith("--name="u8)) name = text.Slice("--name=".Length);
            if (!text.Span.StartsWith("-"u8)) return (text, name);
            isName = text.Span.SequenceEqual("--name"u8);
            isValue = Matches(WithValue, text);
            // An option that is not known may or may not take the next argument: better no image than a wrong one.
            if (!isValue && !text.Span.Contains((byte)'=') && !Matches(Switches, text)) return default;
        }

        return default;
    }

    private static bool Matches(string[] options, DetectionText text)
    {
        foreach (var option in options)
        {
            if (System.Text.Ascii.Equals(text.Span, option)) return true;
        }

        return false;
    }

    private static void WriteImage(OcsfWriter w, DetectionText image)
    {
        var colon = image.Span.LastIndexOf((byte)':');
        var hasTag = colon > 0 && image.Span[colon..].IndexOf((byte)'/') < 0;
        w.Array("resources"u8);
        w.Object();
        w.String("uid"u8, image);
        w.String("name"u8, hasTag ? image.Slice(0, colon) : image);
        if (hasTag) w.String("version"u8, image.Slice(colon + 1));
        w.Raw("""
            "type":"Container Image","role_id":2,"role":"Actor"
            """u8);
        w.EndObject();
        w.EndArray();
    }

    private static void WriteContainer(OcsfWriter w, DetectionText image, DetectionText name)
    {
        w.Object("container"u8);
        w.String("name"u8, name);
        w.String("runtime"u8, "docker"u8);
        w.Object("image"u8);
        w.String("uid"u8, image);
        w.EndObject();
        w.EndObject();
    }
}
