namespace StepExport.Core.Formats.Ecs;

/// <summary>What was seen: connection, request, process, file, container, package.</summary>
internal static class EcsEvidence
{
    public static FormatField[] Fields { get; } =
    [
        FormatField.Object(
            "destination",
            FormatField.Of(
                "address",
                (w, name, in finding) => w.Raw(name, finding.First(Part.DestinationHost, Part.DestinationIp, Part.DestinationName)),
                Part.DestinationHost,
                Part.DestinationIp,
                Part.DestinationName),
            FormatField.Copy("domain", Part.DestinationHost),
            FormatField.Copy("ip", Part.DestinationIp),
            FormatField.Copy("port", Part.DestinationPort)),
        FormatField.Object("network", FormatField.When("direction", "egress", Part.Direction)),
        FormatField.Object("dns", FormatField.Object("question", FormatField.Copy("name", Part.Query))),
        FormatField.Object("http", FormatField.Object("request", FormatField.Copy("method", Part.HttpMethod))),
        FormatField.Object(
            "url",
            FormatField.Copy("full", Part.Url),
            FormatField.Copy("scheme", Part.UrlScheme),
            FormatField.Copy("domain", Part.UrlHost),
            FormatField.Copy("port", Part.UrlPort),
            FormatField.Copy("path", Part.UrlPath),
            FormatField.Copy("query", Part.UrlQuery)),
        FormatField.Object(
            "process",
            FormatField.Copy("pid", Part.Pid),
            FormatField.Object("parent", FormatField.Copy("pid", Part.ParentPid)),
            FormatField.Copy("name", Part.ProcessName),
            FormatField.Copy("executable", Part.Executable),
            FormatField.Copy("command_line", Part.CommandLine),
            FormatField.Of("args", EcsValues.WriteArguments, Part.CommandLine),
            FormatField.Copy("working_directory", Part.WorkingDirectory),
            FormatField.Date("start", Part.ProcessStart),
            FormatField.Object("hash", FormatField.Copy("sha256", Part.ProcessHash))),
        FormatField.Object(
            "file",
            FormatField.Copy("name", Part.FileName),
            FormatField.Copy("path", Part.FilePath),
            FormatField.Of("directory", EcsValues.WriteDirectory, Part.FilePath),
            FormatField.Object("hash", FormatField.Copy("sha256", Part.FileHash))),
        FormatField.Object(
            "container",
            FormatField.Copy("name", Part.ContainerName),
            FormatField.Copy("runtime", Part.ContainerRuntime),
            FormatField.Object("image", FormatField.Copy("name", Part.ImageName), FormatField.Of("tag", EcsValues.WriteTag, Part.ImageTag)),
            FormatField.Object(
                "security_context",
                FormatField.Of("privileged", (w, name, in _) => w.Flag(name, true), Part.Privileged))),
        FormatField.Object("package", FormatField.Copy("name", Part.PackageName), FormatField.Copy("version", Part.PackageVersion)),
    ];
}
