using System.Text;
using StepExport.Core.Model;

namespace StepExport.Tests.Model;

public sealed class SeverityNamesTests
{
    [Fact]
    public void Every_severity_has_its_own_name() => Assert.All(
        Enum.GetValues<Severity>(),
        severity => Assert.Equal(severity.ToString(), Encoding.UTF8.GetString(SeverityNames.Utf8(severity)), ignoreCase: true));

    [Fact]
    public void What_is_no_severity_is_unknown() => Assert.Equal("unknown", Encoding.UTF8.GetString(SeverityNames.Utf8((Severity)99)));
}
