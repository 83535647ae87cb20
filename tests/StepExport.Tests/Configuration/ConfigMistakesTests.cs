using static StepExport.Tests.Configuration.TestFactories;

namespace StepExport.Tests.Configuration;

/// <summary>Each kind of mistake, with the exact words that an operator reads.</summary>
public sealed class ConfigMistakesTests
{
    private const string Rest = "sources: { a: { type: file, path: x } }\nsinks: { b: { type: console } }\n";

    [Theory]
    [InlineData("dataDri: ./d", "c.yaml:3:1: dataDri: unknown key; did you mean 'dataDir'?")]
    [InlineData("xyzzy: 1", "c.yaml:3:1: xyzzy: unknown key; known here: dataDir, journal, dedupe, deadLetters, admin, shutdown, normalization, log, checks, telemetry, accept, sources, sinks")]
    [InlineData("dataDir: a\ndataDir: b", "c.yaml:4:1: dataDir: is given twice, first on line 3; remove one")]
    [InlineData("dataDir:", "c.yaml:3:1: dataDir: has no value; give it one or remove the key")]
    [InlineData("dataDir: ~", "c.yaml:3:1: dataDir: has no value; give it one or remove the key")]
    [InlineData("dataDir: ''", "c.yaml:3:10: dataDir: is empty; give it a value or remove the key")]
    [InlineData("dataDir: 12", "c.yaml:3:10: dataDir: must be text, not the number 12; put it in quotes: \"12\"")]
    [InlineData("dataDir: [a]", "c.yaml:3:1: dataDir: must be text, not a list")]
    [InlineData("journal: 2GB", "c.yaml:3:10: journal: must be a group of keys (key: value), not text")]
    [InlineData("journal:", "c.yaml:3:1: journal: has no value; give it one or remove the key")]
    [InlineData("journal: { maxSize: 2 }", "c.yaml:3:21: journal.maxSize: a size has a unit: 512B, 64KB, 10MB, 2GB")]
    [InlineData("journal: { maxSize: 2GiB }", "c.yaml:3:21: journal.maxSize: '2GiB' is not a size; write a whole number and a unit: 512B, 64KB, 10MB, 2GB")]
    [InlineData("journal: { maxSize: 1KB }", "c.yaml:3:21: journal.maxSize: 1KB is out of range; write a size from 64KB to 16TB")]
    [InlineData("journal: { segmentSize: 2TB }", "c.yaml:3:25: journal.segmentSize: 2TB is out of range; write a size from 16KB to 1GB")]
    [InlineData("dedupe: { window: 30s }", "c.yaml:3:19: dedupe.window: 30s is out of range; write 0s or a duration from 1m to 365d")]
    [InlineData("dedupe: { window: 366d }", "c.yaml:3:19: dedupe.window: 366d is out of range; write 0s or a duration from 1m to 365d")]
    [InlineData("dedupe: { maxEntries: 10 }", "c.yaml:3:23: dedupe.maxEntries: 10 is out of range; write a number from 1000 to 100000000")]
    [InlineData("shutdown: { drainTimeout: 25 }", "c.yaml:3:27: shutdown.drainTimeout: a duration has a unit: 250ms, 5s, 2m, 1h")]
    [InlineData("shutdown: { drainTimeout: 2h }", "c.yaml:3:27: shutdown.drainTimeout: 2h is out of range; write a duration from 0s to 1h")]
    [InlineData("log: { level: informaton }", "c.yaml:3:15: log.level: 'informaton' is not one of debug, information, warning, error; did you mean 'information'?")]
    [InlineData("log: { level: chatty }", "c.yaml:3:15: log.level: 'chatty' is not known; write one of debug, information, warning, error")]
    [InlineData("log: { level: 1 }", "c.yaml:3:15: log.level: must be one of debug, information, warning, error, not the number 1")]
    [InlineData("normalization: { includeRaw: yes }", "c.yaml:3:30: normalization.includeRaw: must be true or false, not 'yes'")]
    [InlineData("normalization: { includeRaw: 1 }", "c.yaml:3:30: normalization.includeRaw: must be true or false, not the number 1")]
    [InlineData("normalization: { severity: { Agent-Tampered: hihg } }", "c.yaml:3:46: normalization.severity.Agent-Tampered: 'hihg' is not one of informational, low, medium, high, critical, fatal; did you mean 'high'?")]
    [InlineData("normalization: { redact: { patterns: '[' } }", "c.yaml:3:38: normalization.redact.patterns: must be a list, like [a, b], not text")]
    [InlineData("normalization: { redact: { patterns: [ok, '['] } }", "c.yaml:3:43: normalization.redact.patterns[1]: is not a usable regular expression: Invalid pattern '[' at offset 1. Unterminated [] set; correct it")]
    [InlineData("admin: { listen: 8970 }", "c.yaml:3:18: admin.listen: must be text, not the number 8970; put it in quotes: \"8970\"")]
    [InlineData("admin: { listen: 'host:8970' }", "c.yaml:3:18: admin.listen: 'host:8970' is not an address and port; write 127.0.0.1:8970, [::1]:8970 or off")]
    [InlineData("admin: { listen: 0.0.0.0:8970 }", "c.yaml:3:1: admin.token: is missing, and other machines can reach 0.0.0.0:8970; add a token or listen on 127.0.0.1")]
    [InlineData("admin: { listen: '${env:STEPEXPORT_TEST_UNSET}' }", "c.yaml:3:18: admin.listen: environment variable STEPEXPORT_TEST_UNSET is not set; set it before the start")]
    [InlineData("admin: { token: '${file:no/such.file}' }", "c.yaml:3:17: admin.token: file no/such.file does not exist; create it or correct the path")]
    [InlineData("admin: { token: '${HOME}' }", "c.yaml:3:17: admin.token: '${' begins a reference; write ${env:NAME} or ${file:PATH}")]
    [InlineData("admin: { token: 123456 }", "c.yaml:3:17: admin.token: must be text; put it in quotes")]
    [InlineData("dataDir: !!str a", "c.yaml:3:10: the tag tag:yaml.org,2002:str is not supported; remove it, quote the value if it is text")]
    [InlineData("journal: { <<: {} }", "c.yaml:3:12: merge keys (<<) are not part of YAML 1.2; write the keys out, or give a whole value as an alias")]
    [InlineData("dataDir: *gone", "c.yaml:3:10: this is not valid YAML: the alias *gone has no anchor &gone before it; check indentation, quotes and colons around here")]
    [InlineData("[a]: b", "c.yaml:3:1: a key must be text")]
    [InlineData("---\ndataDir: a", "c.yaml:3:1: a second YAML document begins here; a configuration is one document, remove the '---'")]
    public void A_mistake_in_the_programs_own_sections_is_named_with_its_place_and_remedy(string mistake, string expected) =>
        Assert.Equal([expected], Errors(Rest + mistake + "\n"));

    [Theory]
    [InlineData("type: splunk", "c.yaml:4:10: sinks.s.type: 'splunk' is not one of splunk_hec, console; did you mean 'splunk_hec'?")]
    [InlineData("type: elastic", "c.yaml:4:10: sinks.s.type: 'elastic' is not known; write one of splunk_hec, console")]
    [InlineData("type: splunk_hek", "c.yaml:4:10: sinks.s.type: 'splunk_hek' is not one of splunk_hec, console; did you mean 'splunk_hec'?")]
    [InlineData("type: 3", "c.yaml:4:10: sinks.s.type: must be one of splunk_hec, console; not the number 3")]
    [InlineData("inFlight: 3", "c.yaml:3:3: sinks.s.type: is missing; write one of splunk_hec, console")]
    [InlineData("type: splunk_hec\n   endpoints: [https://h]", "c.yaml:3:3: sinks.s.token: is missing; add it")]
    [InlineData("type: console\n   inFlight: 65", "c.yaml:5:14: sinks.s.inFlight: 65 is out of range; write a number from 1 to 64")]
    [InlineData("type: console\n   inFlight: 1.5", "c.yaml:5:14: sinks.s.inFlight: must be a whole number, not the number 1.5")]
    [InlineData("type: console\n   inFlight: four", "c.yaml:5:14: sinks.s.inFlight: must be a whole number, not 'four'")]
    [InlineData("type: console\n   where: { minSeverity: hgih }", "c.yaml:5:26: sinks.s.where.minSeverity: 'hgih' is not one of informational, low, medium, high, critical, fatal; did you mean 'high'?")]
    [InlineData("type: console\n   where: { types: [] }", "c.yaml:5:13: sinks.s.where.types: the list is empty; write at least one value or remove the key")]
    [InlineData("type: console\n   where: { states: [new, resovled] }", "c.yaml:5:27: sinks.s.where.states[1]: 'resovled' is not one of new, suppressed, resolved; did you mean 'resolved'?")]
    [InlineData("type: console\n   where: { states: [] }", "c.yaml:5:13: sinks.s.where.states: the list is empty; write at least one value or remove the key")]
    [InlineData("type: console\n   format: elastic", "c.yaml:5:12: sinks.s.format: 'elastic' is not known; write one of ocsf, ecs, cim, raw")]
    [InlineData("type: console\n   format: raw", "c.yaml:5:12: sinks.s.format: raw is written from the text that the journal keeps beside each finding; set normalization.includeRaw: true, which about doubles its size")]
    [InlineData("type: console\n   format: ecs\n   ocsfVersion: 1.6.0", "c.yaml:6:17: sinks.s.ocsfVersion: has no effect with format ecs: leave it out")]
    [InlineData("type: console\n   where: { repos: [a/b, 7] }", "c.yaml:5:26: sinks.s.where.repos[1]: must be text, not the number 7; put it in quotes: \"7\"")]
    [InlineData("type: console\n   ocsfVersion: 1.7.0", "c.yaml:5:17: sinks.s.ocsfVersion: '1.7.0' is not one of 1.8.0, 1.6.0, 1.5.0, 1.3.0, 1.1.0; did you mean '1.8.0'?")]
    [InlineData("type: console\n   retry: { initial: 2m }", "c.yaml:5:22: sinks.s.retry.initial: 2m is more than max 1m; lower it or raise max")]
    [InlineData("type: console\n   batch: { maxBytes: 65MB }", "c.yaml:5:23: sinks.s.batch.maxBytes: 65MB is too much for batches that are held in memory; write at most 64MB")]
    [InlineData("type: console\n   batch: { maxBytes: 6GB }", "c.yaml:5:23: sinks.s.batch.maxBytes: 6GB is out of range; write a size from 1KB to 5GB")]
    public void A_mistake_in_a_component_is_named_with_its_place_and_remedy(string section, string expected) =>
        Assert.Equal([expected], Errors($"sources: {{ a: {{ type: file, path: x }} }}\nsinks:\n  s:\n   {section}\n"));

    [Fact]
    public void What_a_factory_finds_stands_at_the_value_it_speaks_of()
    {
        const string Text = "sources: { a: { type: file, path: x } }\nsinks:\n s:\n  type: splunk_hec\n  token: ${env:PATH}\n"
            + "  endpoints:\n   - https://a\n   - nowhere\n  tls:\n    cert: c.pem\n";
        Assert.Equal(
            [
                "c.yaml:8:6: sinks.s.endpoints[1]: 'nowhere' is not a URL; write https://host:8088",
                "c.yaml:9:3: sinks.s.tls.key: is missing; cert needs it",
            ],
            Errors(Text));
    }

    [Fact]
    public void A_consequence_of_a_reported_mistake_is_not_reported()
    {
        const string Text = "sources: { a: { type: file, path: x } }\nsinks:\n s: { type: splunk_hec, token: '${env:PATH}', endpoints: [7] }\n";
        Assert.Equal(["c.yaml:3:59: sinks.s.endpoints[0]: must be text, not the number 7; put it in quotes: \"7\""], Errors(Text));
    }

    [Theory]
    [InlineData("{}", "c.yaml:1:1: sources: is missing; add at least one source", "c.yaml:1:1: sinks: is missing; add at least one sink")]
    [InlineData("sources: {}\nsinks:\n", "c.yaml:1:1: sources: is empty; add at least one source", "c.yaml:2:1: sinks: is empty; add at least one sink")]
    [InlineData("sources: [a]\nsinks: x\n", "c.yaml:1:1: sources: must be a group of named sources (name: { type: … }), not a list", "c.yaml:2:8: sinks: must be a group of named sinks (name: { type: … }), not text")]
    [InlineData("sources: { a: x }\nsinks: { b: [] }\n", "c.yaml:1:15: sources.a: must be a group of keys that begins with type: file; not text", "c.yaml:2:10: sinks.b: must be a group of keys that begins with type: splunk_hec, console; not a list")]
    [InlineData("sources: { -a: { type: file, path: x } }\nsinks: { 'b c': { type: console } }\n", "c.yaml:1:12: sources.-a: cannot be the name of a source; use up to 64 letters, digits, - _ . and begin with a letter or digit", "c.yaml:2:10: sinks.b c: cannot be the name of a sink; use up to 64 letters, digits, - _ . and begin with a letter or digit")]
    public void At_least_one_well_named_source_and_sink_is_asked_for(string text, params string[] expected) => Assert.Equal(expected, Errors(text));

    [Theory]
    [InlineData("", "c.yaml: the file is empty; 'stepexport init' writes a starter file")]
    [InlineData("hello", "c.yaml:1:1: a configuration is a group of keys (sources, sinks, …), not text; 'stepexport init' writes a starter file")]
    [InlineData("a: b\n c: d", "c.yaml:2:3: this is not valid YAML: While scanning a plain scalar value, found invalid mapping; check indentation, quotes and colons around here")]
    public void What_is_no_configuration_at_all_is_said_so(string text, string expected) => Assert.Equal([expected], Errors(text));

    [Theory]
    [InlineData("{ \"a\": 1,\n  \"b\" }", "c.json:2:7: this is not valid JSON: '}' is invalid after a property name. Expected a ':'; check commas, quotes and brackets around here")]
    [InlineData("{ \"dataDir\": null, \n \"sources\": {\"ä\": 1}, \"sinks\": {\"b\": {\"type\": \"console\"}} }", "c.json:1:3: dataDir: has no value; give it one or remove the key", "c.json:2:14: sources.ä: cannot be the name of a source; use up to 64 letters, digits, - _ . and begin with a letter or digit", "c.json:2:19: sources.ä: must be a group of keys that begins with type: file; not the number 1")]
    public void Json_has_line_and_column_too(string text, params string[] expected) => Assert.Equal(expected, Errors(text, "c.json"));
}
