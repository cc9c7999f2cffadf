"""Web API: files, as `files_upload_v2` of the SDK sends them, in three steps."""

from __future__ import annotations

from typing import Any

from bot.local.workspace.api_chat import channel_of, joined
from bot.local.workspace.blockkit.payload import check_blocks
from bot.local.workspace.content import ApiError, from_bot, with_ids
from bot.local.workspace.files import LARGEST, File, file_object
from bot.local.workspace.parts import Parts


def get_upload_url(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal."""
    length = arguments["length"]
    if length <= 0:
        raise ApiError("invalid_arguments", ("[ERROR] must be more than 0 [json-pointer:/length]",))
    if length > LARGEST:
        raise ApiError("file_upload_size_restricted")
    if len(arguments["filename"]) > 255:
        why = "[ERROR] must be less than 256 characters [json-pointer:/filename]"
        raise ApiError("invalid_arguments", (why,))
    ticket, file = parts.files.announce(arguments["filename"], length)
    return {"upload_url": f"{parts.base_url}/_upload/{ticket}", "file_id": file.id}


def complete_upload(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/files.completeUploadExternal: once per file.

    The bot must be a member of the channel. The answer does not say where the message is.
    """
    files = _files(parts, arguments["files"])
    given = arguments.get("channel_id") or arguments.get("channels") or ""
    channels = [joined(channel_of(name)) for name in given.split(",") if name]
    if len(channels) > 100:
        raise ApiError("too_many_channels")
    thread = arguments.get("thread_ts")
    for channel in channels:
        parent = parts.messages.find(channel.id, thread) if thread else None
        if thread and (parent is None or parent.thread is not None):
            raise ApiError("invalid_thread_ts")
    blocks = arguments.get("blocks") or []
    problems = check_blocks(blocks)
    if problems:
        raise ApiError("invalid_blocks", tuple(map(str, problems)))
    created = int(parts.clock().timestamp())
    for file, title in files:
        file.title, file.done = title, True
        parts.keep_file(file)
    shown = [file_object(file, parts.base_url, created) for file, _ in files]
    for channel in channels:
        body = {"text": arguments.get("initial_comment", ""), "files": shown, "upload": True}
        body |= {"blocks": with_ids(blocks)} if blocks else {}
        parts.messages.post(channel.id, from_bot(body), thread=thread or None)
    return {"files": [{"id": each["id"], "title": each["title"]} for each in shown]}


def _files(parts: Parts, given: Any) -> list[tuple[File, str]]:
    """The files that are meant, each uploaded and not shared yet, with its title."""
    if not isinstance(given, list) or not given or not all(isinstance(f, dict) for f in given):
        why = "[ERROR] must be an array of files [json-pointer:/files]"
        raise ApiError("invalid_arguments", (why,))
    found = []
    for each in given:
        file = parts.files.by_id.get(str(each.get("id")))
        if file is None or file.content is None or file.done:
            raise ApiError("file_not_found")
        found.append((file, str(each.get("title") or file.name)[:255]))
    return found
