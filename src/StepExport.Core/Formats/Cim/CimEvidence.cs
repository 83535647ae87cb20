namespace StepExport.Core.Formats.Cim;

/// <summary>What was seen, with the names of Intrusion_Detection, Web and Endpoint.</summary>
internal static class CimEvidence
{
    public static FormatField[] Fields { get; } =
    [
        FormatField.Copy("dest_host", Part.DestinationHost),
        FormatField.Copy("dest_ip", Part.DestinationIp),
        FormatField.Copy("dest_name", Part.DestinationName),
        FormatField.Copy("dest_port", Part.DestinationPort),
        FormatField.When("direction", "outbound", Part.Direction),
        FormatField.Copy("query", Part.Query),
        FormatField.Copy("http_method", Part.HttpMethod),
        FormatField.Copy("url", Part.Url),
        FormatField.Copy("url_domain", Part.UrlHost),
        FormatField.Copy("uri_path", Part.UrlPath),
        FormatField.Copy("uri_query", Part.UrlQuery),
        FormatField.Copy("api_operation", Part.ApiOperation),
        FormatField.Copy("process", Part.CommandLine),
        FormatField.Copy("process_id", Part.Pid),
        FormatField.Copy("process_name", Part.ProcessName),
        FormatField.Copy("process_path", Part.Executable),
        FormatField.Copy("process_hash", Part.ProcessHash),
        FormatField.Copy("process_current_directory", Part.WorkingDirectory),
        FormatField.Copy("process_start_time", Part.ProcessStart),
        FormatField.Copy("parent_process_id", Part.ParentPid),
        FormatField.Copy("file_name", Part.FileName),
        FormatField.Copy("file_path", Part.FilePath),
        FormatField.Copy("file_hash", Part.FileHash),
        FormatField.Copy("container_name", Part.ContainerName),
        FormatField.Copy("container_runtime", Part.ContainerRuntime),
        FormatField.Copy("container_image", Part.ImageName),
        FormatField.Copy("container_image_tag", Part.ImageTag),
        FormatField.Copy("package_name", Part.PackageName),
        FormatField.Copy("package_version", Part.PackageVersion),
    ];
}
