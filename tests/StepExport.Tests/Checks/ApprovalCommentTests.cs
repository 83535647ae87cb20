using StepExport.Checks;

namespace StepExport.Tests.Checks;

public sealed class ApprovalCommentTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData(" \r\n\t ", null)]
    [InlineData("\0\u0007\u202e", null)]
    [InlineData("  known mirror ", "known mirror")]
    [InlineData("two\r\nlines\tand\u2028more", "two lines and more")]
    [InlineData("a\0b\u001b[31mc\u0085d", "ab[31mc d")]
    [InlineData("txt\u202egpj.exe \u2066x\u2069", "txtgpj.exe x")]
    [InlineData("نمی\u200cخواهم", "نمی\u200cخواهم")]
    public void Is_one_line_without_what_could_harm(string? typed, string? kept) => Assert.Equal(kept, ApprovalComment.Clean(typed, 1000));

    [Fact]
    public void Is_cut_between_characters()
    {
        Assert.Equal("abc", ApprovalComment.Clean("abc😀", 4));
        Assert.Equal("abc😀", ApprovalComment.Clean("abc😀d", 5));
        Assert.Equal(1000, ApprovalComment.Clean(new string('x', 5000), Approvals.LongestComment)!.Length);
        Assert.Equal("a\ufffdb", ApprovalComment.Clean("a\ud83db", 10));
    }
}
