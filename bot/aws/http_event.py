"""A request as Lambda gets it, and an answer as Lambda gives it: function URLs and API Gateway.

Both payload formats: 2.0 of function URLs and HTTP APIs (docs.aws.amazon.com/lambda/latest/dg/
urls-invocation.html), and 1.0 of REST APIs (docs.aws.amazon.com/apigateway/latest/developerguide/
set-up-lambda-proxy-integrations.html). slack_bolt's own adapter is not used: it imports boto3.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LIMIT = 1_000_000
"""Bytes of one request. Slack's own payloads stay far below (a view has at most 250 kB)."""


class RefusedError(Exception):
    """A request that nobody answers: the HTTP status, and a word for whoever sent it."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status = status
        self.word = word


@dataclass(frozen=True, slots=True)
class Request:
    """A POST: its body as it was signed, its headers by name in small letters."""

    body: str
    headers: Mapping[str, Sequence[str]]

    def header(self, name: str) -> str:
        """The first value of a header; empty if there is none."""
        return next(iter(self.headers.get(name, ())), "")


def read_request(event: Any) -> Request:
    """The request in an event of Lambda; `RefusedError` if there is none that Slack could send."""
    about = event.get("requestContext") if isinstance(event, dict) else None
    if not isinstance(about, dict):
        raise RefusedError(400, "This function answers HTTP requests only.")
    http = about.get("http")
    method = http.get("method") if isinstance(http, dict) else about.get("httpMethod")
    if method != "POST":
        raise RefusedError(405, "Slack sends POST requests.")
    return Request(_body(event), _headers(event))


def response(
    event: Any, status: int, body: str, headers: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The answer, in the payload format of the event; cookies and repeated headers stay apart."""
    answer: dict[str, Any] = {"statusCode": status, "body": body, "isBase64Encoded": False}
    if _is_format_1(event):
        return answer | {"multiValueHeaders": {name: list(all_) for name, all_ in headers.items()}}
    cookies = list(headers.get("set-cookie", ()))
    others = {name: ",".join(all_) for name, all_ in headers.items() if name != "set-cookie"}
    return answer | {"headers": others} | ({"cookies": cookies} if cookies else {})


def _is_format_1(event: Any) -> bool:
    return isinstance(event, dict) and ("httpMethod" in event or "multiValueHeaders" in event)


def _body(event: Mapping[str, Any]) -> str:
    body = event.get("body") or ""
    if not isinstance(body, str):
        raise RefusedError(400, "The body is no text.")
    if len(body) > LIMIT * 4 // 3 + 4:  # as it would be in base64
        raise RefusedError(413, "The request is too large.")
    try:
        content = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else None
        text = body if content is None else content.decode()
        size = len(text.encode()) if content is None else len(content)
    except (binascii.Error, UnicodeError) as error:
        raise RefusedError(400, "The body cannot be read.") from error
    if size > LIMIT:
        raise RefusedError(413, "The request is too large.")
    return text


def _headers(event: Mapping[str, Any]) -> dict[str, list[str]]:
    """The headers, whatever the case of their names; those that make no sense are left out."""
    found: dict[str, list[str]] = {}
    for given in (event.get("multiValueHeaders"), event.get("headers")):
        for name, values in given.items() if isinstance(given, dict) else ():
            each = [v for v in (values if isinstance(values, list) else [values]) if _is_text(v)]
            if each and isinstance(name, str):
                found.setdefault(name.lower(), each)
    cookies = event.get("cookies")
    if isinstance(cookies, list) and cookies:
        found.setdefault("cookie", ["; ".join(filter(_is_text, cookies))])
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str)
