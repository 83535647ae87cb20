using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StepExport.Testing;

/// <summary>Writes any number of realistic detections: the fourteen samples with their own run, job, repository and time each.</summary>
/// <remarks>Detection number i has run id <see cref="RunId"/>(i), so that a receiver can tell exactly which ones arrived.</remarks>
internal sealed class DetectionGenerator
{
    private const long FirstRunId = 20_000_000_000;
    private const long FirstJobId = 50_000_000_000;
    private const long FirstTimestamp = 1_753_200_000;
    private readonly Template[] _templates = [.. Directory.EnumerateFiles(RepositoryRoot.Combine("config", "samples"), "*.json")
        .Order(StringComparer.Ordinal).Select(file => new Template(File.ReadAllText(file)))];

    public static long RunId(int index) => FirstRunId + index;

    /// <summary>One detection as compact JSON.</summary>
    public string One(int index) => _templates[index % _templates.Length].Fill(
        RunId(index).ToString(CultureInfo.InvariantCulture),
        (FirstJobId + index).ToString(CultureInfo.InvariantCulture),
        (FirstTimestamp + (index / 10)).ToString(CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"service-{index % 997}"));

    /// <summary>Writes detections <paramref name="first"/> .. first+count-1, one a line.</summary>
    public void WriteNdjson(string path, int count, int first = 0)
    {
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        for (var i = first; i < first + count; i++)
        {
            writer.Write(One(i));
            writer.Write('\n');
        }
    }

    /// <summary>A sample cut at every place where the run, job, time and repository stand.</summary>
    private sealed class Template
    {
        private const char Run = '\u0001', Job = '\u0002', Time = '\u0003', Repository = '\u0004';
        private readonly string _text;

        public Template(string sample)
        {
            using var document = JsonDocument.Parse(sample);
            var root = document.RootElement;
            var text = JsonSerializer.Serialize(root);
            text = Mark(text, root, "run_id", Run);
            text = Mark(text, root, "job_id", Job);
            text = Mark(text, root, "timestamp", Time);
            var repository = root.GetProperty("repo").GetString()!;
            _text = text.Replace(repository[(repository.IndexOf('/', StringComparison.Ordinal) + 1)..], Repository.ToString(), StringComparison.Ordinal);
        }

        public string Fill(string run, string job, string time, string repository)
        {
            var result = new StringBuilder(_text.Length + 256);
            foreach (var c in _text)
            {
                _ = c switch
                {
                    Run => result.Append(run),
                    Job => result.Append(job),
                    Time => result.Append(time),
                    Repository => result.Append(repository),
                    _ => result.Append(c),
                };
            }

            return result.ToString();
        }

        private static string Mark(string text, JsonElement root, string property, char mark) =>
            root.TryGetProperty(property, out var value) ? text.Replace(value.GetString()!, mark.ToString(), StringComparison.Ordinal) : text;
    }
}
