using StepExport.Core.Checks;
using StepExport.Core.Telemetry;

namespace StepExport.Checks;

/// <summary>Looks at the checks for health, metrics and status, at most once per <see cref="Age"/>: everybody may ask for /readyz. Thread-safe.</summary>
/// <param name="store">The checks.</param>
/// <param name="approvals">Counts what becomes of the wishes to approve.</param>
/// <param name="gitHub">What is between this program and GitHub as of now; null without it.</param>
/// <param name="time">The clock.</param>
internal sealed class ChecksLook(CheckStore store, Approvals approvals, Func<GitHubStatus>? gitHub, TimeProvider time)
{
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(5);

    private readonly Lock _looking = new();
    private (CheckTotals Totals, string? Trouble, long At)? _last;

    public ChecksStatus Status
    {
        get
        {
            var (totals, trouble) = Totals();
            return new(totals, approvals.Decisions) { Trouble = trouble, GitHub = gitHub?.Invoke() };
        }
    }

    private (CheckTotals Totals, string? Trouble) Totals()
    {
        lock (_looking)
        {
            if (_last is { } last && time.GetElapsedTime(last.At) < Age) return (last.Totals, last.Trouble);
            var (totals, trouble) = (_last?.Totals ?? default, (string?)null);
            try
            {
                totals = store.Totals();
            }
            catch (IOException e)
            {
                trouble = e.Message;
            }

            _last = (totals, trouble, time.GetTimestamp());
            return (totals, trouble);
        }
    }
}
