"""The Store port over one DynamoDB table: each document is an item, each write is conditional."""

from __future__ import annotations

import gzip
import heapq
import json
import math
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from bot import telemetry
from bot.app.places import check_place, is_key
from bot.app.ports import Clock, Listing, Stored
from bot.aws.failures import FAILURES, Failure, about_credentials, passing, unanswered
from bot.errors import BotError, LaterError

KEY = "pk"
LISTS = (("list1", "l1", "s1"), ("list2", "l2", "s2"))
"""The indexes, with the attributes that hold a list's name and what it sorts by."""

LARGEST = 390_000
"""Bytes of a document: an item has 400 KB at most, with the names of its attributes and its key
(docs.aws.amazon.com/amazondynamodb/latest/developerguide/Limits.html)."""

_PACKED_FROM = 50_000
"""Bytes from which on a document is compressed: that costs less than writing it as it is."""

_GRACE = timedelta(days=1)
"""How long an expired item stays before DynamoDB may remove it. Its version is gone then; nobody who
held it before is still at work."""

_BUSY = 2.0
"""Seconds until a call that was throttled, or that AWS did not answer, is made again."""

_THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"}
    | {"TransactionConflictException", "LimitExceededException"}
)

Item: TypeAlias = dict[str, dict[str, Any]]


class DynamoStore:
    """Documents in a DynamoDB table. Safe to use from many threads and many processes.

    The client tries a write again when its answer was lost. So each write leaves an id behind: one
    that fails because it was made already is recognised, and counts as made.
    """

    def __init__(self, client: Any, table: str, clock: Clock = lambda: datetime.now(UTC)) -> None:
        """Use a `dynamodb` client and a table as in serverless.yml. `clock` says what has expired."""
        self._client = client
        self._table = table
        self._clock = clock

    def get(self, key: str) -> Stored | None:
        """The document as it is now (a consistent read), or None."""
        item = self._item(key) if is_key(key) else None
        return None if item is None or self._is_over(item) else _stored(key, item)

    def put(
        self,
        key: str,
        value: Mapping[str, Any],
        expected: int,
        *,
        lists: Sequence[Listing] = (),
        expires: datetime | None = None,
    ) -> int:
        """Write if the stored version is `expected` (0: none); the new version, or 0."""
        check_place(key, lists, expires)
        write = uuid.uuid4().hex
        sets, removes, values = _attributes(key, value, lists, expires)
        now = {"N": repr(self._clock().timestamp())}
        values |= {":zero": {"N": "0"}, ":one": {"N": "1"}, ":none": {"S": ""}, ":now": now}
        values[":w"] = {"S": write}
        if expected:
            condition = f"#v = :expected and {_ALIVE}"
            values[":expected"] = {"N": str(expected)}
        else:
            condition = f"attribute_not_exists({KEY}) or #u <= :now"
        changes = [
            "#v = if_not_exists(#v, :zero) + :one",
            "#w0 = if_not_exists(#w, :none)",
            "#w = :w",
        ]
        try:
            with self._in_words("UpdateItem"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key={KEY: {"S": key}},
                    UpdateExpression=f"set {', '.join(changes + sets)} remove {', '.join(removes)}",
                    ConditionExpression=condition,
                    ExpressionAttributeNames=_NAMES,
                    ExpressionAttributeValues=values,
                    ReturnValues="UPDATED_NEW",
                )
        except _TakenError as taken:
            return self._made(key, write) if taken.tries else 0
        return int(answer["Attributes"]["version"]["N"])

    def delete(self, key: str, expected: int | None = None) -> bool:
        """Remove the document, if it has that version. False also where the answer was lost."""
        if not is_key(key):
            return False
        condition = f"attribute_exists({KEY}) and {_ALIVE}"
        values: Item = {":now": {"N": repr(self._clock().timestamp())}}
        names = {"#u": "until"}
        if expected is not None:
            condition += " and #v = :expected"
            values[":expected"] = {"N": str(expected)}
            names["#v"] = "version"
        try:
            with self._in_words("DeleteItem"):
                self._client.delete_item(
                    TableName=self._table,
                    Key={KEY: {"S": key}},
                    ConditionExpression=condition,
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=values,
                )
        except _TakenError:
            return False
        return True

    def listed(self, name: str, start: str = "", end: str = "") -> Iterator[tuple[str, Stored]]:
        """Key and document of all in the list within [start, end), by sort and key, page by page."""
        if end and start >= end:
            return
        halves = [self._half(index, name, start, end) for index in LISTS]
        for _, key, item in heapq.merge(*halves, key=lambda found: found[:2]):
            if not self._is_over(item):
                yield key, _stored(key, item)

    def _half(
        self, index: tuple[str, str, str], name: str, start: str, end: str
    ) -> Iterator[tuple[str, str, Item]]:
        """What one index has of the list: sort, key and item, in this order."""
        _, _, sort = index
        for at, found in groupby(self._pages(index, name, start, end), lambda i: i[sort]["S"]):
            # DynamoDB says nothing about the order of equals.
            yield from sorted(((at, item[KEY]["S"], item) for item in found), key=lambda i: i[1])

    def _pages(
        self, index: tuple[str, str, str], name: str, start: str, end: str
    ) -> Iterator[Item]:
        where, list_name, sort = index
        condition, values = "#l = :l", {":l": {"S": name}}
        names = {"#l": list_name}
        # One condition on the sort key is all that a query takes, and `between` includes its end.
        for given, place, words in (
            (start and end, "", "between :start and :end"),
            (start, ":start", ">= :start"),
            (end, ":end", "< :end"),
        ):
            if given:
                condition += f" and #s {words}"
                names["#s"] = sort
                values |= {
                    p: {"S": t} for p, t in ((":start", start), (":end", end)) if place in ("", p)
                }
                break
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": where,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
        more: dict[str, Any] = {}
        while True:
            with self._in_words("Query"):
                page = self._client.query(**query, **more)
            yield from (item for item in page["Items"] if not end or item[sort]["S"] < end)
            if not page.get("LastEvaluatedKey"):
                return
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _item(self, key: str) -> Item | None:
        with self._in_words("GetItem"):
            answer = self._client.get_item(
                TableName=self._table, Key={KEY: {"S": key}}, ConsistentRead=True
            )
        found: Item | None = answer.get("Item")
        return found

    def _is_over(self, item: Item) -> bool:
        """Whether the item has expired. DynamoDB removes such items when it has time."""
        return "until" in item and float(item["until"]["N"]) <= self._clock().timestamp()

    def _made(self, key: str, write: str) -> int:
        """The version that our own write made, which failed when it was tried again; 0 if none did.

        One other may have written since: the item remembers the write before the last.
        """
        item = self._item(key)
        for back, name in enumerate(("w", "w0")):
            if item is not None and item.get(name) == {"S": write}:
                return int(item["version"]["N"]) - back
        return 0

    @contextmanager
    def _in_words(self, operation: str) -> Iterator[None]:
        """AWS's refusals as `_TakenError`, `LaterError` or `BotError`."""
        telemetry.count("store_calls")
        try:
            yield
        except FAILURES as error:
            raise self._refusal(operation, error) from error

    def _refusal(self, operation: str, error: Failure) -> Exception:
        table = f"the table {self._table}"
        if not isinstance(error, ClientError):
            words = unanswered(error, f"DynamoDB ({table})")
            return LaterError(words, _BUSY) if passing(error) else BotError(words)
        response: dict[str, Any] = error.response
        code = str(response["Error"].get("Code", ""))
        if code == "ConditionalCheckFailedException":
            return _TakenError(int(response.get("ResponseMetadata", {}).get("RetryAttempts", 0)))
        if code in _THROTTLED:
            return LaterError(f"DynamoDB gets more calls for {table} than it takes ({code})", _BUSY)
        if passing(error):
            return LaterError(f"DynamoDB has a fault of its own at {table} ({code})", _BUSY)
        return BotError(_refused(operation, table, code, str(response["Error"].get("Message"))))


def _refused(operation: str, table: str, code: str, said: str) -> str:
    """What AWS will refuse again, and what to do."""
    if code.startswith("AccessDenied"):
        return (
            f"AWS does not let the bot use its table: allow dynamodb:{operation} on {table} and its "
            f"indexes. AWS says: {said}"
        )
    if code == "ResourceNotFoundException":
        return (
            f"DynamoDB does not find {table}, or an index of it: {said} Deploy the project's "
            "serverless.yml."
        )
    about = about_credentials(code, said)
    return about or f"DynamoDB refused {operation} on {table}: {code}: {said}"


class _TakenError(Exception):
    """The condition of a write does not hold; `tries` is how often it was tried again before."""

    def __init__(self, tries: int) -> None:
        super().__init__(tries)
        self.tries = tries


_ALIVE = "(attribute_not_exists(#u) or #u > :now)"

_NAMES = {
    "#v": "version",
    "#d": "data",
    "#p": "packed",
    "#w": "w",
    "#w0": "w0",
    "#u": "until",
    "#e": "expires",
    "#l1": "l1",
    "#s1": "s1",
    "#l2": "l2",
    "#s2": "s2",
}


def _attributes(
    key: str, value: Mapping[str, Any], lists: Sequence[Listing], expires: datetime | None
) -> tuple[list[str], list[str], Item]:
    """What an update sets and removes, and the values: together every attribute but the version's."""
    given = _content(key, value)
    for number, listing in enumerate(lists, 1):
        given |= {f"#l{number}": {"S": listing.name}, f"#s{number}": {"S": listing.sort}}
    if expires is not None:
        # `until` is exact; `expires` is what DynamoDB's own expiry looks at, in whole seconds.
        given["#u"] = {"N": repr(expires.timestamp())}
        given["#e"] = {"N": str(math.ceil((expires + _GRACE).timestamp()))}
    places = ("#d", "#p", "#l1", "#s1", "#l2", "#s2", "#u", "#e")
    sets = [f"{place} = :{place[1:]}" for place in places if place in given]
    removes = [place for place in places if place not in given]
    return sets, removes, {f":{place[1:]}": content for place, content in given.items()}


def _content(key: str, value: Mapping[str, Any]) -> Item:
    """The document as text, or compressed. Raises `BotError` if DynamoDB cannot hold it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # half a character, as hostile JSON may hold: escapes are whole
        text = json.dumps(value, separators=(",", ":"))
        size = len(text)
    if size < _PACKED_FROM:
        return {"#d": {"S": text}}
    packed = gzip.compress(text.encode(), 6, mtime=0)
    if len(packed) > LARGEST:
        raise BotError(
            f"{key} has {size:,} bytes, {len(packed):,} of them after compression, and a document "
            f"can have {LARGEST:,}."
        )
    return {"#p": {"B": packed}}


def _stored(key: str, item: Item) -> Stored:
    """The document in an item. `BotError` if somebody else has written there."""
    try:
        text = gzip.decompress(item["packed"]["B"]) if "packed" in item else item["data"]["S"]
        return Stored(version=int(item["version"]["N"]), value=json.loads(text))
    except (KeyError, ValueError, EOFError, OSError, zlib.error) as error:
        raise BotError(
            f"The item {key} is none that the bot has written ({type(error).__name__}). Restore it, "
            "or delete it."
        ) from error
