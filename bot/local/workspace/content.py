"""What a message may contain: the checks every way of posting shares, and what Slack adds by itself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from bot.local.workspace.blockkit.payload import (
    ATTACHMENTS,
    TEXT_POSTED,
    check_content,
    metadata_problem,
)
from bot.local.workspace.directory import Directory
from bot.local.workspace.elements import with_action_ids


class ApiError(Exception):
    """What Slack answers instead: its word for the error, and its messages if it has any."""

    def __init__(self, error: str, messages: tuple[str, ...] = (), **more: Any) -> None:
        """`more` is what else the answer holds (`needed`, for one)."""
        super().__init__(error)
        self.error, self.messages, self.more = error, messages, more

    def answer(self) -> dict[str, Any]:
        """The body of Slack's answer."""
        answer: dict[str, Any] = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            answer["response_metadata"] = {"messages": list(self.messages)}
        return answer


def read_content(
    given: Mapping[str, Any], *, most: int | None = None, text_required: bool = True
) -> dict[str, Any]:
    """`text`, `blocks` and `attachments` as Slack would keep them, or ApiError.

    `most` is the length of text that is refused beyond (an edit, an ephemeral message); without it
    text is cut at 40,000 characters, as chat.postMessage does. With `text_required`, text must also
    stand beside blocks: it is what a phone's notification shows and a screen reader reads.
    """
    if given.get("markdown_text"):
        return _from_markdown(given["markdown_text"])
    text, blocks, attachments = (given.get(name) for name in ("text", "blocks", "attachments"))
    if blocks and not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if isinstance(attachments, list) and len(attachments) > ATTACHMENTS:
        raise ApiError("too_many_attachments")
    wrong, wrong_after = check_content(blocks, attachments)
    if wrong:
        raise ApiError("invalid_blocks", tuple(map(str, wrong)))
    if wrong_after:
        raise ApiError("invalid_attachments", tuple(map(str, wrong_after)))
    body: dict[str, Any] = {}
    if blocks:
        body["blocks"] = with_ids(blocks)
    if attachments:
        body["attachments"] = [
            attachment | {"id": number} | _with_ids_inside(attachment)
            for number, attachment in enumerate(attachments, 1)
        ]
    if body and not text and not text_required:
        return {"text": NO_TEXT} | body
    return {"text": _read_text(text, most, bool(body))} | body


NO_TEXT = "This content can't be displayed."
"""What Slack shows in place of the text that a message with blocks does not have."""


def _from_markdown(text: Any) -> dict[str, Any]:
    """`markdown_text` of a message: a text and one block of the same words."""
    if not isinstance(text, str):
        raise ApiError(
            "invalid_arguments", ("[ERROR] must be a string [json-pointer:/markdown_text]",)
        )
    blocks = [{"type": "markdown", "text": text}]
    if check_content(blocks, None)[0]:
        raise ApiError("msg_too_long")
    return {"text": text, "blocks": with_ids(blocks)}


def _read_text(text: Any, most: int | None, beside: bool) -> str:
    if text is not None and not isinstance(text, str):
        raise ApiError("invalid_arguments", ("[ERROR] must be a string [json-pointer:/text]",))
    if not text or not text.strip():
        why = "[ERROR] text is required beside blocks and attachments: notifications show it"
        raise ApiError("no_text", (why,) if beside else ())
    if most is not None and len(text) > most:
        raise ApiError("msg_too_long")
    return text[:TEXT_POSTED]


def read_metadata(given: Any) -> dict[str, Any]:
    """Message metadata as the bot sent it; empty for none."""
    problem = metadata_problem(given)
    if problem:
        raise ApiError(problem)
    return dict(given or {})


def from_bot(directory: Directory, content: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a message that the bot posted."""
    app, team = directory.app, directory.team.id
    return {
        "user": app.bot_user,
        "bot_id": app.bot_id,
        "app_id": app.app_id,
        "username": app.name,
        "team": team,
        "bot_profile": {"id": app.bot_id, "app_id": app.app_id, "name": app.name, "team_id": team},
        **content,
    }


def with_ids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, and what can be acted on in them, each with the id that Slack makes up for it."""
    return [_identified(block) for block in blocks]


def _identified(block: dict[str, Any]) -> dict[str, Any]:
    named = with_action_ids(block, _made_up)
    if not named.get("block_id"):
        named["block_id"] = _made_up()
    if named.get("child_blocks"):
        named["child_blocks"] = with_ids(named["child_blocks"])
    return named


def _made_up() -> str:
    return secrets.token_urlsafe(4)


def _with_ids_inside(attachment: dict[str, Any]) -> dict[str, Any]:
    blocks = attachment.get("blocks")
    return {"blocks": with_ids(blocks)} if blocks else {}
