using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StepExport.Configuration;
using StepExport.Testing;
using YamlDotNet.RepresentationModel;

namespace StepExport.Tests.Content;

/// <summary>What is handed out to be deployed reads, fits together, and is configured as the program wants it.</summary>
public sealed partial class DeployTests
{
    private static readonly string Root = RepositoryRoot.Combine("config", "deploy");

    public static TheoryData<string> YamlFiles =>
        [.. Directory.GetFiles(Root, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file)).Order()];

    public static TheoryData<string> Manifests => [.. YamlFiles.Select(f => (string)f).Where(f => f.StartsWith("kubernetes", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(YamlFiles))]
    public void A_file_is_YAML_without_duplicate_keys(string file) => Assert.NotEmpty(Read(file));

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_manifest_says_what_it_is(string file)
    {
        var manifest = Assert.Single(Read(file));
        Assert.NotEmpty(Text(manifest["apiVersion"]));
        Assert.NotEmpty(Text(manifest["kind"]));
        Assert.NotEmpty(Text(manifest["metadata"]["name"]));
    }

    [Theory]
    [InlineData("kubernetes/sidecar/configmap.yaml", "admin.listen")]
    [InlineData("kubernetes/service/configmap.yaml", "admin.listen", "sources.hook.tls")]
    [InlineData("compose/stepexport.yaml", "admin.listen", "sinks.archive.path")]
    public void A_configuration_is_one_that_the_program_takes_without_a_warning_and_it_says_which_dangers_are_meant(string file, params string[] meant)
    {
        var loaded = Load(file);
        Assert.Empty(loaded.Errors.Concat(loaded.Warnings).Select(e => e.ToString()));
        Assert.Equal(meant, loaded.Config!.Accept);
    }

    [Theory]
    [InlineData("kubernetes/sidecar")]
    [InlineData("kubernetes/service")]
    public void What_is_kept_leaves_a_tenth_of_the_volume_free(string folder)
    {
        var config = Load($"{folder}/configmap.yaml").Config!;
        var text = string.Concat(Directory.GetFiles(Path.Combine(Root, folder), "*.yaml").Select(File.ReadAllText));
        var volume = VolumeSize().Match(text).Groups.Values.Skip(1).Single(g => g.Success).Value;
        var bytes = long.Parse(volume, CultureInfo.InvariantCulture) * (1L << 30);
        Assert.InRange(config.Journal.MaxSize.Bytes + config.DeadLetters.MaxSize.Bytes, bytes / 2, bytes * 9 / 10);
    }

    [Theory]
    [InlineData("kubernetes/sidecar", "deployment.yaml")]
    [InlineData("kubernetes/service", "statefulset.yaml")]
    public void There_is_time_to_drain_and_to_start(string folder, string file)
    {
        var pod = Read($"{folder}/{file}")[0]["spec"]["template"]["spec"];
        var drain = Load($"{folder}/configmap.yaml").Config!.Shutdown.DrainTimeout.Value.TotalSeconds;
        Assert.InRange(Number(pod["terminationGracePeriodSeconds"]), drain + 10, 120);
        var startup = Container(pod)["startupProbe"];
        Assert.InRange(Number(startup["periodSeconds"]) * Number(startup["failureThreshold"]), 60, 600);
    }

    [Theory]
    [InlineData("kubernetes/sidecar/deployment.yaml")]
    [InlineData("kubernetes/service/statefulset.yaml")]
    public void The_container_has_no_rights_that_it_does_not_need(string file)
    {
        var pod = Read(file)[0]["spec"]["template"]["spec"];
        Assert.Equal("false", Text(pod["automountServiceAccountToken"]));
        Assert.Equal("true", Text(pod["securityContext"]["runAsNonRoot"]));
        Assert.Equal("RuntimeDefault", Text(pod["securityContext"]["seccompProfile"]["type"]));
        var container = Container(pod);
        Assert.Equal("false", Text(container["securityContext"]["allowPrivilegeEscalation"]));
        Assert.Equal("true", Text(container["securityContext"]["readOnlyRootFilesystem"]));
        Assert.Equal("ALL", Text(container["securityContext"]["capabilities"]["drop"][0]));
        Assert.Equal("/livez", Text(container["livenessProbe"]["httpGet"]["path"]));
        var mounted = ((YamlSequenceNode)container["volumeMounts"]).Select(m => Text(m["name"]));
        var volumes = Names(pod, "volumes").Concat(Names(Read(file)[0]["spec"], "volumeClaimTemplates"));
        Assert.Empty(mounted.Except(volumes));
    }

    [Fact]
    public void A_port_that_is_asked_for_by_name_has_that_name()
    {
        var container = Read("kubernetes/service/statefulset.yaml")[0]["spec"]["template"]["spec"]["containers"][0];
        var ports = ((YamlSequenceNode)container["ports"]).Select(p => Text(p["name"])).ToArray();
        var service = ((YamlSequenceNode)Read("kubernetes/service/service.yaml")[0]["spec"]["ports"]).Select(p => Text(p["targetPort"]));
        Assert.Equal(ports, service);
        Assert.Contains(Text(container["readinessProbe"]["tcpSocket"]["port"]), ports);
    }

    [Fact]
    public void Elastic_templates_are_JSON_and_name_each_other()
    {
        var (template, settings) = (Elastic("template"), Elastic("settings"));
        var readme = File.ReadAllText(RepositoryRoot.Combine("config", "elastic", "README.md"));
        var optional = template["ignore_missing_component_templates"]!.AsArray().Select(n => (string)n!);
        foreach (var part in template["composed_of"]!.AsArray().Select(n => (string)n!).Except(optional))
            Assert.Contains($"_component_template/{part} ", readme, StringComparison.Ordinal);
        Assert.Contains($"_ingest/pipeline/{settings["template"]!["settings"]!["index"]!["default_pipeline"]} ", readme, StringComparison.Ordinal);
        Assert.NotEmpty(Elastic("pipeline")["processors"]!.AsArray());
        Assert.Equal("date", (string?)Elastic("mappings")["template"]!["mappings"]!["properties"]!["@timestamp"]!["type"]);
    }

    private static JsonNode Elastic(string name) => JsonNode.Parse(File.ReadAllText(RepositoryRoot.Combine("config", "elastic", $"{name}.json")))!;

    /// <summary>The configuration inside a ConfigMap, or a file of its own, with its secrets in place.</summary>
    private static LoadedConfig Load(string file)
    {
        var text = Path.GetFileName(file) == "configmap.yaml" ? Text(Read(file)[0]["data"]["stepexport.yaml"]) : File.ReadAllText(Path.Combine(Root, file));
        using var secrets = new TemporaryFolder();
        foreach (var name in (string[])["hec-token", "admin-token", "hook-token"])
            File.WriteAllText(Path.Combine(secrets.Path, name), "0123456789abcdef0123456789abcdef\n");
        text = text.Replace("/run/secrets/stepexport", secrets.Path, StringComparison.Ordinal).Replace("/run/secrets", secrets.Path, StringComparison.Ordinal);
        return new ConfigLoader(Composition.Factories).Parse(file, text);
    }

    /// <summary>Ours, as a native sidecar or on its own.</summary>
    private static YamlNode Container(YamlNode pod) =>
        ((YamlMappingNode)pod).Where(p => Text(p.Key) is "containers" or "initContainers").SelectMany(p => (YamlSequenceNode)p.Value).Single(c => Text(c["name"]) == "stepexport");

    private static YamlNode[] Read(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Root, file))));
        return [.. yaml.Documents.Select(d => d.RootNode)];
    }

    private static IEnumerable<string> Names(YamlNode parent, string list) =>
        parent is YamlMappingNode map && map.Children.TryGetValue(list, out var items)
            ? ((YamlSequenceNode)items).Select(i => Text(i is YamlMappingNode m && m.Children.TryGetValue("name", out var name) ? name : i["metadata"]["name"]))
            : [];

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static double Number(YamlNode node) => double.Parse(Text(node), CultureInfo.InvariantCulture);

    /// <summary>Of the volume that holds dataDir.</summary>
    [GeneratedRegex("""name: data\s+emptyDir: { sizeLimit: (\d+)Gi }|requests: { storage: (\d+)Gi }""")]
    private static partial Regex VolumeSize();
}
