"""What DynamoDB adds to the store's contract: lost answers, throttling, limits, and few calls."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha512
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.app.ports import Listing
from bot.aws.clients import make_client
from bot.aws.dynamodb import LARGEST, DynamoStore
from bot.errors import BotError, LaterError
from tests import stand_ins
from tests.fakes import SetClock
from tests.stand_ins.tables import make_table


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stand_ins.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


class Line:
    """A line to DynamoDB that loses answers: the call is made, and its caller never hears of it."""

    def __init__(self) -> None:
        self.url = ""
        self.operations: list[str] = []
        self.lose: set[int] = set()
        self.meanwhile: Any = None

    def loses(self) -> bool:
        """Whether the answer to the call that was just made is lost."""
        return len(self.operations) in self.lose


@contextmanager
def line_to(endpoint: str) -> Iterator[Line]:
    line = Line()
    there = urlsplit(endpoint)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            connection = HTTPConnection(there.hostname or "", there.port)
            connection.request("POST", "/", body, dict(self.headers))
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            line.operations.append(self.headers["X-Amz-Target"].partition(".")[2])
            if line.loses():
                if line.meanwhile is not None:
                    line.meanwhile()
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name in ("Content-Type", "x-amz-crc32"):
                if answer.headers.get(name):
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    line.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield line
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(params=["ministack", "dynalite"])
def endpoint(request: pytest.FixtureRequest) -> str:
    return stand_ins.aws() if request.param == "ministack" else stand_ins.dynalite()


@pytest.fixture
def line(endpoint: str) -> Iterator[Line]:
    with line_to(endpoint) as line:
        yield line


@pytest.fixture
def store(line: Line, endpoint: str) -> DynamoStore:
    client = make_client("dynamodb", "eu-west-1", endpoint_url=line.url)
    return DynamoStore(client, make_table(endpoint), SetClock())


def test_a_write_whose_answer_was_lost_counts_as_made(store: DynamoStore, line: Line) -> None:
    line.lose = {1, 3}

    assert store.put("k", {"n": 1}, expected=0) == 1
    line.lose = {len(line.operations) + 1}
    assert store.put("k", {"n": 2}, expected=1) == 2

    stored = store.get("k")
    assert stored is not None
    assert (stored.version, stored.value) == (2, {"n": 2})
    assert line.operations.count("UpdateItem") == 4


def test_it_counts_also_where_somebody_wrote_right_behind(
    store: DynamoStore, line: Line, endpoint: str
) -> None:
    other = DynamoStore(stand_ins.client("dynamodb", endpoint), store._table, SetClock())
    line.meanwhile = lambda: other.put("k", {"by": "another"}, expected=1)
    line.lose = {1}

    assert store.put("k", {"by": "me"}, expected=0) == 1

    stored = store.get("k")
    assert stored is not None
    assert (stored.version, stored.value) == (2, {"by": "another"})


def test_a_write_that_loses_is_no_win_though_its_answer_was_lost(
    store: DynamoStore, line: Line
) -> None:
    assert store.put("k", {"n": 1}, expected=0) == 1
    line.lose = {2}

    assert store.put("k", {"n": 2}, expected=0) == 0
    assert store.put("k", {"n": 2}, expected=7) == 0


def test_a_lost_race_costs_no_second_look(store: DynamoStore, line: Line) -> None:
    store.put("k", {}, expected=0)
    line.operations.clear()

    assert store.put("k", {}, expected=0) == 0

    assert line.operations == ["UpdateItem"]


def test_a_delete_whose_answer_was_lost_leaves_nothing(store: DynamoStore, line: Line) -> None:
    store.put("k", {}, expected=0)
    line.lose = {2}

    store.delete("k", expected=1)

    assert store.get("k") is None


def test_a_click_costs_the_same_in_a_long_list(
    store: DynamoStore, line: Line, endpoint: str
) -> None:
    """No call looks at more than what it asks for: never a scan."""
    filler = DynamoStore(stand_ins.client("dynamodb", endpoint), store._table, SetClock())
    for number in range(300):
        filler.put(f"alert:{number}", {"n": number}, 0, lists=[Listing("open", f"{number:04}")])

    stored = store.get("alert:7")
    assert stored is not None
    assert store.put("alert:7", {"n": 7, "taken": True}, stored.version)
    first = next(store.listed("open", "0200"))

    assert first[0] == "alert:200"
    assert line.operations == ["GetItem", "UpdateItem", "Query", "Query"]


def test_a_large_document_is_compressed_and_one_that_is_too_large_is_refused(
    store: DynamoStore, line: Line
) -> None:
    large = {"rows": ["the same again and again"] * 100_000}
    assert store.put("large", large, 0) == 1
    stored = store.get("large")
    assert stored is not None
    assert stored.value == large
    noise = {"n": [sha512(str(number).encode()).hexdigest() for number in range(8_000)]}

    with pytest.raises(BotError, match=f"huge has .* a document can have {LARGEST:,}"):
        store.put("huge", noise, 0)
    assert store.put("large", {"small": True}, 1) == 2
    stored = store.get("large")
    assert stored is not None
    assert stored.value == {"small": True}


def test_what_expires_may_be_removed_a_day_later(store: DynamoStore, endpoint: str) -> None:
    clock = SetClock()
    store.put("k", {}, 0, expires=clock())
    item = stand_ins.client("dynamodb", endpoint).get_item(
        TableName=store._table, Key={"pk": {"S": "k"}}
    )["Item"]

    removable = int(item["expires"]["N"])
    assert removable == int(clock().timestamp()) + 86_400 + 1  # a fraction rounds up
    assert float(item["until"]["N"]) == clock().timestamp()


class Refusing:
    """A client whose every call fails as it is told."""

    def __init__(self, code: str, status: int = 400) -> None:
        from botocore.exceptions import ClientError

        response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        self.error = ClientError(response, "x")  # type: ignore[arg-type]  # as botocore makes it

    def __getattr__(self, _: str) -> Any:
        def call(**_: Any) -> Any:
            raise self.error

        return call


@pytest.mark.parametrize(
    ("code", "status", "kind", "words"),
    [
        ("ProvisionedThroughputExceededException", 400, LaterError, "more calls for the table t"),
        ("ThrottlingException", 400, LaterError, "more calls"),
        ("InternalServerError", 500, LaterError, "a fault of its own at the table t"),
        ("ExpiredTokenException", 400, BotError, "credentials have expired"),
        ("AccessDeniedException", 400, BotError, "allow dynamodb:GetItem on the table t"),
        ("ResourceNotFoundException", 400, BotError, "does not find the table t.*serverless.yml"),
        (
            "ValidationException",
            400,
            BotError,
            "refused GetItem on the table t: ValidationException",
        ),
    ],
)
def test_a_refusal_says_what_to_do(
    code: str, status: int, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        DynamoStore(Refusing(code, status), "t").get("k")


def test_a_table_that_cannot_be_reached_is_tried_later() -> None:
    client = make_client("dynamodb", "eu-west-1", endpoint_url="http://127.0.0.1:1", tries=1)
    store = DynamoStore(client, "t")
    for call in (
        lambda: store.get("k"),
        lambda: store.put("k", {}, 0),
        lambda: store.delete("k"),
        lambda: next(store.listed("l")),
    ):
        with pytest.raises(LaterError, match="cannot be reached"):
            call()


def test_without_credentials_it_says_so_and_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    client = make_client("dynamodb", "eu-west-1", endpoint_url="http://127.0.0.1:1")

    with pytest.raises(BotError, match="no AWS credentials"):
        DynamoStore(client, "t").get("k")


class Holding:
    """A client of a table that holds one item."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.item = item

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {"Item": self.item}


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"version": {"N": "1"}},
        {"version": {"N": "1"}, "data": {"S": "{"}},
        {"version": {"N": "1"}, "data": {"N": "5"}},
        {"version": {"N": "x"}, "data": {"S": "{}"}},
        {"version": {"N": "1"}, "packed": {"B": b"not packed"}},
        {"version": {"N": "1"}, "packed": {"B": b"\x1f\x8b\x08\0\0\0\0\0\0\3\xff\xff"}},
    ],
)
def test_an_item_that_somebody_else_wrote_is_named(item: dict[str, Any]) -> None:
    with pytest.raises(BotError, match="item k is none that the bot has written"):
        DynamoStore(Holding(item), "t").get("k")


def test_the_largest_that_is_let_through_is_one_that_dynamodb_takes(store: DynamoStore) -> None:
    noise = "".join(sha512(str(number).encode()).hexdigest() for number in range(6_200))
    key = "k" * 2_000
    refused = 0
    for size in range(len(noise), 0, -10_000):
        try:
            assert store.put(key, {"noise": noise[:size]}, 0) == 1
            break
        except BotError as error:
            refused += "after compression" in str(error)
    else:
        pytest.fail("nothing was let through")

    assert 0 < refused == (len(noise) - size) // 10_000
