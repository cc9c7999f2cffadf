"""Every way a call to AWS can fail ends in words that say what to do."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta

import pytest
from botocore import exceptions

from bot.app.ports import Search, Window
from bot.aws import logs_insights
from bot.aws.failures import Context, explained
from bot.aws.logs_insights import connect
from bot.errors import BotError, LaterError
from bot.query.errors import QueryError, Span

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
QUERY = "fields @message\n| nonsense x"


def start(endpoint, query=QUERY):
    window = Window(START, START + timedelta(hours=1))
    return endpoint.search.start(Search(query, ("/aws/cloudtrail", "other"), window))


def refused(endpoint) -> BotError:
    with pytest.raises(BotError) as caught:
        start(endpoint)
    return caught.value


# --------------------------------------------------------------------------- malformed queries
def malformed(endpoint, **location):
    detail = {"message": "unexpected symbol found nonsense", "location": location}
    endpoint.refuse("MalformedQueryException", "unexpected symbol", queryCompileError=detail)
    return refused(endpoint)


def test_a_malformed_query_is_shown_with_a_caret_under_the_place(endpoint):
    error = malformed(endpoint, startCharOffset=18, endCharOffset=26)

    assert isinstance(error, QueryError)
    assert str(error).splitlines() == [
        "line 2, column 3: CloudWatch Logs cannot read the query: unexpected symbol found nonsense",
        "  | nonsense x",
        "    ^^^^^^^^",
    ]


@pytest.mark.parametrize(
    ("location", "span"),
    [
        ({"startCharOffset": 18}, Span(18, 18)),
        ({"startCharOffset": -5, "endCharOffset": -9}, Span(0, 0)),
        ({"startCharOffset": 10**9, "endCharOffset": 10**9}, Span(len(QUERY), len(QUERY))),
        ({"startCharOffset": 5, "endCharOffset": 2}, Span(5, 5)),
    ],
)
def test_offsets_that_make_no_sense_stay_within_the_query(endpoint, location, span):
    error = malformed(endpoint, **location)

    assert error.span == span
    assert "nonsense" in str(error)


def test_a_malformed_query_without_a_place_keeps_the_message(endpoint):
    endpoint.refuse("MalformedQueryException", "Query cannot be compiled")

    error = refused(endpoint)

    assert not isinstance(error, QueryError)
    assert "Query cannot be compiled" in str(error)


@pytest.mark.parametrize("kind", ["MalformedQueryException", "InvalidParameterException"])
def test_a_window_before_the_group_is_told_apart_from_a_bad_query(endpoint, kind):
    endpoint.refuse(
        kind,
        "end date and time is either before the log groups creation time or exceeds the log "
        "groups log retention settings",
    )

    assert str(refused(endpoint)).startswith("There is nothing to search in this window")


# ------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("ResourceNotFoundException", 400, ["/aws/cloudtrail, other", "eu-west-1", "config.yml"]),
        ("AccessDeniedException", 400, ["logs:StartQuery", "said by AWS"]),
        ("ExpiredTokenException", 400, ["expired", "aws sso login"]),
        ("UnrecognizedClientException", 400, ["does not accept", "aws sso login"]),
        ("InvalidSignatureException", 403, ["does not accept"]),
        ("InvalidParameterException", 400, ["refused the query", "said by AWS"]),
        ("SomethingNewException", 400, ["SomethingNewException", "said by AWS"]),
    ],
)
def test_a_refusal_says_what_to_do_and_is_not_tried_again(endpoint, kind, status, words):
    endpoint.refuse(kind, status=status)

    error = refused(endpoint)

    assert all(word in str(error) for word in words), str(error)
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("ServiceUnavailableException", 503, "fault of its own"),
        ("NeverHeardOf", 500, "fault of its own"),
    ],
)
def test_what_may_pass_is_tried_a_few_times_and_then_told(
    endpoint, kind, status, words, monkeypatch
):
    waited = []
    monkeypatch.setattr("bot.aws.logs_insights.time.sleep", waited.append)
    endpoint.refuse(kind, status=status)

    error = refused(endpoint)

    assert words in str(error)
    assert len(endpoint.asked) == 3
    assert sum(waited) < 4


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("ThrottlingException", "more requests than it allows"),
        ("LimitExceededException", "more queries than it runs at once"),
    ],
)
def test_a_quota_that_is_used_up_is_seen_at_once(endpoint, kind, words):
    """botocore would try again by itself, and nobody would know."""
    endpoint.refuse(kind)

    for ask in (
        lambda: start(endpoint),
        lambda: endpoint.search.poll("q"),
        lambda: endpoint.search.stop("q"),
    ):
        endpoint.asked.clear()
        with pytest.raises(LaterError, match=words) as later:
            ask()
        assert later.value.seconds >= 1
        assert len(endpoint.asked) == 1


def test_results_that_are_gone_say_ask_again(endpoint):
    endpoint.refuse("ResourceNotFoundException")

    with pytest.raises(BotError, match="seven days"):
        endpoint.search.poll("q-1")


# ------------------------------------------------------------------------------------- no answer
@pytest.mark.parametrize("body", [b"<html>Sign in to the hotel</html>", b"{}", b"", b"\xff\xfe"])
@pytest.mark.parametrize("status", [200, 302, 403])
def test_an_endpoint_that_speaks_something_else_is_told(endpoint, body, status):
    endpoint.answers.append((status, body))

    assert str(refused(endpoint))


def test_an_answer_without_a_query_id_is_told(endpoint):
    endpoint.answer()

    assert "query id" in str(refused(endpoint))


def test_an_endpoint_that_is_down_is_told_soon():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    search = connect("eu-west-1", f"http://127.0.0.1:{port}")
    began = time.monotonic()

    with pytest.raises(BotError, match="cannot be reached"):
        search.poll("q-1")

    assert time.monotonic() - began < 8
    search.close()


def test_an_endpoint_that_never_answers_is_told(monkeypatch):
    monkeypatch.setattr(logs_insights, "READ_SECONDS", 0.1)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        search = connect("eu-west-1", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(BotError, match="cannot be reached"):
            search.poll("q-1")
        search.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.NoCredentialsError(), "no AWS credentials"),
        (exceptions.PartialCredentialsError(provider="env", cred_var="x"), "no AWS credentials"),
        (exceptions.UnauthorizedSSOTokenError(), "aws sso login"),
        (exceptions.SSOTokenLoadError(error_msg="gone"), "gone"),
        (exceptions.LoginRefreshRequired(), "aws sso login"),
        (exceptions.CredentialRetrievalError(provider="p", error_msg="failed"), "failed"),
        (exceptions.TokenRetrievalError(provider="p", error_msg="failed"), "failed"),
        (exceptions.ProxyConnectionError(proxy_url="http://p", error="x"), "proxy"),
        (exceptions.SSLError(endpoint_url="https://e", error="bad"), "cannot be reached"),
        (exceptions.ReadTimeoutError(endpoint_url="https://e"), "cannot be reached"),
        (exceptions.ConnectTimeoutError(endpoint_url="https://e"), "cannot be reached"),
        (exceptions.ConnectionClosedError(endpoint_url="https://e"), "cannot be reached"),
        (exceptions.NoRegionError(), "could not be made"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_goes_wrong_before_aws_is_asked_has_words(error, words):
    assert words in str(explained(error, Context("eu-west-1")))


def test_no_credentials_at_all_are_told(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    search = connect("eu-west-1")

    with pytest.raises(BotError, match="no AWS credentials"):
        search.poll("q-1")
    search.close()
