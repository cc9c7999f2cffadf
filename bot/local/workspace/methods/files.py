"""Files: uploaded in three steps, as `files_upload_v2` of the SDK does; files.info, list, delete."""

from __future__ import annotations

from typing import Any

from bot.local.workspace import events
from bot.local.workspace.blockkit.payload import check_blocks
from bot.local.workspace.content import ApiError, from_bot, with_ids
from bot.local.workspace.files import LARGEST, File, file_object
from bot.local.workspace.methods.finding import channel_of, joined, living, wrong
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import Channel


def get_upload_url(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal."""
    length = arguments["length"]
    if length <= 0:
        raise wrong("length", "must be more than 0")
    if length > LARGEST:
        raise ApiError("file_upload_size_restricted")
    if len(arguments["filename"]) > 255:
        raise wrong("filename", "must be less than 256 characters")
    ticket, file = parts.files.announce(arguments["filename"], length)
    return {"upload_url": f"{parts.base_url}/_upload/{ticket}", "file_id": file.id}


def complete_upload(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/files.completeUploadExternal: once per file.

    The bot must be a member of the channel. The answer does not say where the message is.
    """
    files = _files(parts, arguments["files"])
    given = arguments.get("channel_id") or arguments.get("channels") or ""
    names = [name for name in given.split(",") if name]
    channels = [joined(parts, living(channel_of(parts, name))) for name in names]
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
    for file, title in files:
        file.title, file.done = title, True
        file.created = int(parts.clock.now().timestamp())
        file.channels = tuple(channel.id for channel in channels)
        parts.keep_file(file)
    shown = [_object(parts, file) for file, _ in files]
    for channel in channels:
        body = {"text": arguments.get("initial_comment", ""), "files": shown, "upload": True}
        body |= {"blocks": with_ids(blocks)} if blocks else {}
        _share(parts, channel, from_bot(parts.directory, body), thread or None)
    return {"files": [{"id": each["id"], "title": each["title"]} for each in shown]}


def _share(parts: Parts, channel: Channel, body: dict[str, Any], thread: str | None) -> None:
    message = parts.messages.post(channel.id, body, thread=thread)
    events.message_posted(parts, channel, message)
    for file in body["files"]:
        about = {"file_id": file["id"], "user_id": parts.app.bot_user, "channel_id": channel.id}
        event = {"type": "file_shared", **about, "file": {"id": file["id"]}}
        events.happened(parts, "file_shared", event, channel)


def _object(parts: Parts, file: File) -> dict[str, Any]:
    return file_object(file, parts.base_url, parts.app.bot_user)


def _with_places(parts: Parts, file: File) -> dict[str, Any]:
    kinds = {"channels": "channels", "groups": "groups", "mpim": "groups", "im": "ims"}
    places: dict[str, list[str]] = {"channels": [], "groups": [], "ims": []}
    for channel in file.channels:
        places[kinds[parts.directory.channels[channel].kind]].append(channel)
    return _object(parts, file) | places


def _found(parts: Parts, key: str) -> File:
    file = parts.files.by_id.get(key)
    if file is None or not file.done:
        raise ApiError("file_not_found")
    return file


def info(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/files.info."""
    file = _with_places(parts, _found(parts, arguments["file"]))
    return {"file": file, "comments": [], "response_metadata": {"next_cursor": ""}}


def listing(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/files.list: pages by number, the newest first."""
    found = [file for file in reversed(parts.files.by_id.values()) if file.done]
    if "channel" in arguments:
        channel = channel_of(parts, arguments["channel"]).id
        found = [file for file in found if channel in file.channels]
    if "user" in arguments and arguments["user"] != parts.app.bot_user:
        found = []
    count, page = arguments.get("count", 100), arguments.get("page", 1)
    if not 1 <= count <= 1000 or page < 1:
        raise ApiError("invalid_arguments", ("[ERROR] count is 1 to 1,000 and page 1 or more",))
    pages = -(-len(found) // count)
    shown = [_with_places(parts, file) for file in found[(page - 1) * count : page * count]]
    paging = {"count": count, "total": len(found), "page": page, "pages": pages}
    return {"files": shown, "paging": paging}


def delete(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/files.delete; messages keep a mark where it was."""
    file = _found(parts, arguments["file"])
    del parts.files.by_id[file.id]
    file.content = None
    parts.keep_file(file)
    gone = {"id": file.id, "mode": "tombstone"}
    for channel in file.channels:
        for message in [*parts.messages.public.get(channel, {}).values()]:
            files = message.body.get("files", [])
            if any(each["id"] == file.id for each in files):
                kept = [gone if each["id"] == file.id else each for each in files]
                parts.messages.change(message, message.body | {"files": kept})
    return {}


def _files(parts: Parts, given: Any) -> list[tuple[File, str]]:
    """The files that are meant, each uploaded and not shared yet, with its title."""
    if not isinstance(given, list) or not given or not all(isinstance(f, dict) for f in given):
        raise wrong("files", "must be an array of files")
    found = []
    for each in given:
        file = parts.files.by_id.get(str(each.get("id")))
        if file is None or file.content is None or file.done:
            raise ApiError("file_not_found")
        found.append((file, str(each.get("title") or file.name)[:255]))
    return found
