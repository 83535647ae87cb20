using StepExport.Checks.Web;

namespace StepExport.Tests.Checks.Web;

public sealed class HtmlTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("a & b", "a &amp; b")]
    [InlineData("\"'", "&quot;&#39;")]
    [InlineData("evil\u202egpj.exe", "evil\\u{202e}gpj.exe")]
    [InlineData("a\u0000b\u001b[31m", "a\\u{0}b\\u{1b}[31m")]
    [InlineData("zero\u200bwidth", "zero\\u{200b}width")]
    [InlineData("two\nlines\tand ü 漢 🙂", "two\nlines\tand ü 漢 🙂")]
    public void Values_between_tags_are_text(string value, string expected) => Assert.Equal($"<p>{expected}</p>", Html.Of($"<p>{value}</p>").ToString());

    [Theory]
    [InlineData("\" onmouseover=\"alert(1)", "&quot; onmouseover=&quot;alert(1)")]
    [InlineData("'><b>", "&#39;&gt;&lt;b&gt;")]
    [InlineData("a\u202eb", "a\u202eb")]
    public void Values_in_attributes_stay_in_them(string value, string expected) => Assert.Equal($"""<a title="{expected}">x</a>""", Html.Of($"""<a title="{value}">x</a>""").ToString());

    [Fact]
    public void Html_is_not_encoded_twice()
    {
        var inner = Html.Of($"<b>{"<"}</b>");

        Assert.Equal("<p><b>&lt;</b><b>&lt;</b></p>", Html.Of($"<p>{inner}{new[] { inner }}</p>").ToString());
    }

    [Fact]
    public void A_value_in_a_tag_without_quotation_marks_is_a_bug()
    {
        Assert.Throws<InvalidOperationException>(() => Html.Of($"<a href={"x"}>x</a>"));
        Assert.Throws<InvalidOperationException>(() => Html.Of($"<{"a"}>"));
        Assert.Throws<InvalidOperationException>(() => Html.Of($"""<a href="{Html.Of($"<b>")}">"""));
        Assert.Throws<InvalidOperationException>(() => Html.Of($"""<a href="{"x"}"""));
    }

    [Theory]
    [InlineData("https://github.com/acme/api/actions/runs/1", true)]
    [InlineData("http://ghe.example.com/x", true)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("data:text/html,<script>alert(1)</script>", false)]
    [InlineData("//evil.example.com", false)]
    [InlineData(null, false)]
    public void Only_web_addresses_become_links(string? address, bool link)
    {
        var html = Layout.Away(address, "1").ToString();

        Assert.Equal(link, html.Contains("<a href=", StringComparison.Ordinal));
        Assert.Equal(link, html.Contains("rel=\"noreferrer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/checks?status=pending&page=2", true)]
    [InlineData("/checks/acme/api/1", true)]
    [InlineData("/checks", true)]
    [InlineData("/checksum", false)]
    [InlineData("//evil.example.com/checks", false)]
    [InlineData("https://evil.example.com/checks", false)]
    [InlineData("/checks/\\evil.example.com", false)]
    [InlineData("/checks/a\r\nSet-Cookie: x=1", false)]
    [InlineData(null, false)]
    public void The_way_back_stays_here(string? address, bool kept) => Assert.Equal(kept ? address : "/checks", ListAddress.Local(address));
}
