using System.Text;

namespace StepExport.Testing.StepSecurity;

/// <summary>The vendor's lists of detections, which change while they are read. Thread-safe.</summary>
internal sealed class FakeApiStore
{
    private readonly Lock _lock = new();
    private readonly SortedSet<FakeDetection> _detections = new(Comparer<FakeDetection>.Create(NewestFirst));
    private readonly Dictionary<int, FakeDetection> _byNumber = [];
    private readonly List<(string Owner, string Json)> _incidents = [];

    public FakeDetection Add(int number, DateTimeOffset time, string state = "new", string owner = "acme", string? type = null)
    {
        var detection = new FakeDetection(number, owner, time, type) { State = state };
        lock (_lock)
        {
            _detections.Add(detection);
            _byNumber.Add(number, detection);
        }

        return detection;
    }

    /// <summary>It leaves its list and stands in another one, at the place of its time.</summary>
    public void Move(int number, string state)
    {
        lock (_lock) _byNumber[number].State = state;
    }

    public void AddIncident(string owner, string json)
    {
        lock (_lock) _incidents.Add((owner, json));
    }

    public string Incidents(string owner)
    {
        lock (_lock) return $$$"""{"detections":[{{{string.Join(',', _incidents.Where(i => i.Owner == owner).Select(i => i.Json))}}}],"pagination":{"current_page":"1","limit":"50"}}""";
    }

    /// <summary>One page as the API answers.</summary>
    /// <param name="owner">null = all of the tenant.</param>
    /// <param name="type">null = any.</param>
    /// <param name="state">Which list.</param>
    /// <param name="offset">Records of the list as it is now that come before the page.</param>
    /// <param name="limit">Records on it.</param>
    public byte[] Page(string? owner, string? type, string state, int offset, int limit)
    {
        using var json = new MemoryStream();
        lock (_lock)
        {
            var (at, count, hasMore) = (0, 0, false);
            Write(json, """{"data":{"detections":[""");
            foreach (var detection in _detections)
            {
                if (detection.State != state || !detection.Is(type) || (owner is not null && detection.Owner != owner)) continue;
                if (at++ < offset) continue;
                if (count == limit)
                {
                    hasMore = true;
                    break;
                }

                if (count++ > 0) json.WriteByte((byte)',');
                json.Write(detection.Json());
            }

            // The last page has an empty token
            var token = hasMore ? FormattableString.Invariant($"offset={offset + count}") : "";
            Write(json, FormattableString.Invariant($$$"""],"has_more":{{{(hasMore ? "true" : "false")}}},"next_token":"{{{token}}}","count":{{{count}}}}}"""));
        }

        return json.ToArray();
    }

    private static void Write(MemoryStream to, string text) => to.Write(Encoding.UTF8.GetBytes(text));

    private static int NewestFirst(FakeDetection a, FakeDetection b) =>
        a.TimeMs != b.TimeMs ? b.TimeMs.CompareTo(a.TimeMs) : b.Number.CompareTo(a.Number);
}
