using StepExport.Sinks.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecSessionTests
{
    private readonly HecSession _session = new(new());

    [Fact]
    public void The_first_cookie_is_kept_and_sent()
    {
        Assert.Null(_session.Header);

        Assert.Equal(SessionSign.Same, _session.Observe(null, ["SID=a; Path=/; HttpOnly", "lang = en"], out var other));

        Assert.Equal(("SID=a; lang=en", null), (_session.Header, other));
        Assert.Equal(SessionSign.Same, _session.Observe(_session.Header, null, out _));
        Assert.Equal(SessionSign.Same, _session.Observe(_session.Header, ["SID=a"], out _));
    }

    [Fact]
    public void Another_value_although_ours_was_sent_is_a_move()
    {
        _session.Observe(null, ["SID=a"], out _);

        Assert.Equal(SessionSign.Moved, _session.Observe("SID=a", ["SID=b"], out var other));

        Assert.Equal(("SID=a", "SID=b"), (_session.Header, other!.Header));
    }

    [Fact]
    public void Another_value_for_a_request_without_ours_is_another_session_beside_this_one()
    {
        _session.Observe(null, ["SID=a"], out _);

        Assert.Equal(SessionSign.Other, _session.Observe(null, ["SID=b"], out var other));

        Assert.Equal(("SID=a", "SID=b"), (_session.Header, other!.Header));
    }

    [Theory]
    [InlineData("AWSALB", 0)]
    [InlineData("AWSALBCORS", 0)]
    [InlineData("ROUTE", 5)]
    public void A_cookie_that_changes_with_every_answer_says_nothing(string name, int moves)
    {
        _session.Observe(null, [$"{name}=0"], out _);
        var session = _session;
        var seen = 0;
        for (var i = 1; i < 50; i++)
        {
            if (session.Observe(session.Header, [$"{name}={i}"], out var other) == SessionSign.Moved) seen++;
            session = other ?? session;
            Assert.Equal($"{name}={i}", session.Header);
        }

        Assert.Equal(moves, seen);
    }

    [Fact]
    public void Sessions_that_move_now_and_then_are_never_taken_for_rotating_cookies()
    {
        _session.Observe(null, ["SID=0"], out _);
        var session = _session;
        for (var i = 1; i < 50; i++)
        {
            Assert.Equal(SessionSign.Moved, session.Observe(session.Header, [$"SID={i}"], out var other));
            session = other!;
            session.Observe(session.Header, null, out _);
        }
    }

    [Fact]
    public void Odd_cookies_and_too_many_of_them_do_no_harm()
    {
        _session.Observe(null, ["", "=x", "novalue", "; Path=/", .. Enumerable.Range(0, 100).Select(i => $"c{i}=1")], out _);

        Assert.Equal(32, _session.Header!.Split("; ").Length);
    }
}
