"""The modal in which an alert gets its verdict (docs.slack.dev/surfaces/modals)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from bot.alerts.lifecycle import open_required
from bot.alerts.model import Alert, Verdict
from bot.errors import BotError
from bot.slack import alert_words as say
from bot.slack.blocks import Block, bullets, cut, section, styled

CALLBACK = "alert_verdict"
VERDICT, NOTE = "verdict", "note"
"""Inputs of the modal: their blocks and their actions."""

_TITLE, _LABEL, _NOTE = 24, 75, 2_000


def resolve_view(alert: Alert) -> Block:
    """The modal: what is still open, the verdict, and a note."""
    still = open_required(alert)
    blocks = [section(say.title(alert))]
    if still:
        blocks.append(section(say.open_questions(still)))
    if alert.false_positives:
        blocks.append(section(say.IF_NOT + ":"))
        blocks.append(bullets([styled(line)] for line in alert.false_positives[:5]))
    note: Block = {
        "type": "plain_text_input",
        "action_id": NOTE,
        "multiline": True,
        "max_length": _NOTE,
    }
    blocks.append(_input(VERDICT, say.VERDICT, _verdicts()))
    blocks.append(
        _input(NOTE, say.NOTE, note) | {"optional": not still, "hint": _plain(say.NOTE_HINT, 150)}
    )
    return _view(blocks, alert) | {"submit": _plain(say.RESOLVE, _TITLE), "callback_id": CALLBACK}


def explaining_view(alert: Alert, words: str) -> Block:
    """What takes the modal's place when somebody else was first."""
    return _view([section(words)], alert)


def alert_of(view: Mapping[str, Any]) -> tuple[str, str]:
    """The alert's id and its channel, from a modal that was sent."""
    kept = json.loads(view["private_metadata"])
    return str(kept["alert"]), str(kept["channel"])


def entered(view: Mapping[str, Any]) -> tuple[Verdict, str]:
    """The verdict and the note. `BotError` if there is no verdict, which Slack does not let through."""
    values = view["state"]["values"]
    chosen = values[VERDICT][VERDICT].get("selected_option") or {}
    verdict = chosen.get("value")
    if verdict not in say.VERDICTS:
        raise BotError(say.VERDICT_NEEDED)
    return cast(Verdict, verdict), values[NOTE][NOTE].get("value") or ""


def _verdicts() -> Block:
    options = [
        {
            "text": _plain(verdict.capitalize(), _LABEL),
            "description": _plain(about, _LABEL),
            "value": verdict,
        }
        for verdict, about in say.VERDICTS.items()
    ]
    return {"type": "radio_buttons", "action_id": VERDICT, "options": options}


def _view(blocks: list[Block], alert: Alert) -> Block:
    return {
        "type": "modal",
        "title": _plain(say.MODAL_TITLE, _TITLE),
        "close": _plain(say.CANCEL, _TITLE),
        "private_metadata": json.dumps({"alert": alert.id, "channel": alert.told.channel}),
        "blocks": blocks,
    }


def _input(name: str, label: str, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": _plain(label, _LABEL),
        "element": element,
    }


def _plain(text: str, most: int) -> Block:
    return {"type": "plain_text", "text": cut(text, most), "emoji": False}
