"""The pieces of a message: Block Kit as plain dicts, cut to its limits, and the ids of its buttons.

Limits: docs.slack.dev/reference/block-kit. Log data and what people typed go into `plain_text`,
rich text and raw cells only, which Slack neither parses nor links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.app.answer import visible

Block: TypeAlias = dict[str, Any]

AGAIN, CSV, SHARE = "ask_again", "ask_csv", "ask_share"
"""Buttons of an answer; their value is its id."""

LINK_CONSOLE = "link_console"
"""A button that opens a page. Slack tells the bot all the same, and wants to hear that it did."""

_HEADER, _SECTION, _BUTTON, _URL, _CONTEXT = 150, 2_900, 75, 3_000, 300
_TEXT = 3_500
"""Bytes of `text`: chat.update refuses over 4,000 characters, chat.postEphemeral over 4,000 bytes
(docs.slack.dev/reference/methods)."""

_CALLS_ALL = re.compile("@(?=here|channel|everyone|group)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack shows: blocks, and the same in words for phones and screen readers.

    `attachments` is None where messages of this kind have none.
    """

    text: str
    blocks: tuple[Block, ...]
    attachments: tuple[Block, ...] | None = None


def message(text: str, blocks: Iterable[Block]) -> Message:
    """A message. `text` is plain words; it is escaped here, and cut to what Slack takes."""
    escaped = escape(text[:_TEXT])
    if len(escaped.encode()) > _TEXT:
        escaped = escaped.encode()[: _TEXT - 3].decode(errors="ignore") + "…"
    return Message(escaped, tuple(blocks))


def escape(text: str) -> str:
    """Plain words for a place where Slack parses: nothing in them mentions, links or formats.

    `&`, `<` and `>` are escaped (docs.slack.dev/messaging/formatting-message-text). A joiner that
    takes no room keeps `@here` from being read as one.
    """
    text = _lines(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _CALLS_ALL.sub("@\u2060", text)


def cut(text: str, most: int) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def header(text: str) -> Block:
    """A title."""
    return {"type": "header", "text": _plain(text, _HEADER)}


def section(text: str) -> Block:
    """A paragraph of plain words."""
    return {"type": "section", "text": _plain(text, _SECTION)}


def context(*parts: str) -> Block:
    """A line of small print; its parts are set apart by dots."""
    return {"type": "context", "elements": [_plain(" · ".join(parts), _CONTEXT)]}


def styled(text: str, *styles: str) -> Block:
    """A run of text in rich text: `bold`, `code`, `italic`."""
    run: Block = {"type": "text", "text": cut(_lines(text), _SECTION) or "–"}  # noqa: RUF001 - a dash
    if styles:
        run["style"] = dict.fromkeys(styles, True)
    return run


def rich(*runs: Block) -> Block:
    """A paragraph of rich text."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [*runs]}]}


def marked(text: str) -> Block:
    """A paragraph of plain words in which `backticks` set names and values apart."""
    pieces = enumerate(text.split("`"))
    return rich(*(styled(piece, *(["code"] if i % 2 else [])) for i, piece in pieces if piece))


def bullets(lines: Iterable[Sequence[Block]]) -> Block:
    """A list of rich text, one item for each line of runs."""
    items = [{"type": "rich_text_section", "elements": [*line]} for line in lines]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}],
    }


def preformatted(text: str) -> Block:
    """Text as it is, in a box with letters of equal width."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [styled(text)]}],
    }


def actions(buttons: Iterable[Block]) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": [*buttons]}


def button(text: str, action_id: str, value: str) -> Block:
    """A button that tells the bot."""
    return {
        "type": "button",
        "text": _plain(text, _BUTTON),
        "action_id": action_id,
        "value": value,
    }


def link_button(text: str, action_id: str, url: str) -> Block:
    """A button that opens a page; `url` must be one that the bot made."""
    if len(url) > _URL:
        raise ValueError(f"a link of {len(url)} characters")
    return {"type": "button", "text": _plain(text, _BUTTON), "action_id": action_id, "url": url}


def data_table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]], page: int
) -> Block:
    """A table that people can sort and page (docs.slack.dev/reference/block-kit/blocks/data-table-block).

    Cells are raw text. The caller keeps its limits: `bot.app.answer.fit` does.
    """
    return {
        "type": "data_table",
        "caption": cut(visible(caption), _HEADER),
        "page_size": page,
        "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in (columns, *rows)],
    }


def _plain(text: str, most: int) -> Block:
    return {"type": "plain_text", "text": cut(_lines(text), most), "emoji": False}


def _lines(text: str) -> str:
    """The text with its line ends and nothing else that does not show."""
    return "\n".join(visible(line.expandtabs(4)) for line in text.split("\n"))
