"""All methods: what runs, their arguments, scopes and rate limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.local.workspace.methods import (
    bookmarks,
    chat,
    conversations,
    files,
    history,
    marks,
    membership,
    people,
    platform,
    scheduled,
    validate,
    views,
)
from bot.local.workspace.parts import Parts


@dataclass(frozen=True, slots=True)
class Method:
    """A row of the table: what runs, and its arguments (see `arguments.typed`)."""

    run: Callable[[Parts, dict[str, Any]], dict[str, Any]]
    arguments: str = ""
    scopes: str = ""
    """Any of these is enough; for channels `*:read` is one for each kind of them. Empty: none."""
    tier: int = 3
    """https://docs.slack.dev/apis/web-api/rate-limits; 0 is special."""
    open: bool = False
    """Whether it needs no token."""
    app_level: bool = False
    """Whether it needs the app-level token (`xapp-…`) and no other."""
    posts: bool = False
    """Whether it posts to its `channel`, which takes one message a second."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The scopes, written out."""
        kinds = ("channels", "groups", "im", "mpim")
        return tuple(
            scope
            for word in self.scopes.split()
            for scope in (
                [f"{kind}{word[1:]}" for kind in kinds] if word.startswith("*") else [word]
            )
        )


_CONTENT = "text blocks:json attachments:json metadata:json markdown_text"
_PAGE = "cursor limit:int"
_SPAN = "latest oldest inclusive:bool include_all_metadata:bool"
_MANAGE = "channels:manage groups:write im:write mpim:write"

METHODS: Mapping[str, Method] = {
    "api.test": Method(platform.api_test, "error foo", tier=4, open=True),
    "apps.connections.open": Method(
        platform.connections_open, scopes="connections:write", tier=1, app_level=True
    ),
    "auth.revoke": Method(platform.revoke, "test:bool"),
    "auth.teams.list": Method(platform.teams, _PAGE, tier=2),
    "auth.test": Method(platform.auth_test, tier=0),
    "blocks.validate": Method(
        validate.validate, "blocks:json view:json message:json", tier=0, open=True
    ),
    "bookmarks.add": Method(
        bookmarks.add, "channel_id! title! type! link emoji", "bookmarks:write", 2
    ),
    "bookmarks.edit": Method(
        bookmarks.edit, "channel_id! bookmark_id! title link emoji", "bookmarks:write", 2
    ),
    "bookmarks.list": Method(bookmarks.listing, "channel_id!", "bookmarks:read"),
    "bookmarks.remove": Method(
        bookmarks.remove, "channel_id! bookmark_id!", "bookmarks:write", 2
    ),
    "bots.info": Method(people.bot_info, "bot", "users:read"),
    "chat.delete": Method(chat.delete, "channel! ts!", "chat:write"),
    "chat.deleteScheduledMessage": Method(
        scheduled.delete, "channel! scheduled_message_id!", "chat:write"
    ),
    "chat.getPermalink": Method(chat.get_permalink, "channel! message_ts!", tier=0),
    "chat.postEphemeral": Method(
        chat.post_ephemeral, f"channel! user! thread_ts {_CONTENT}", "chat:write", 4
    ),
    "chat.postMessage": Method(
        chat.post_message, f"channel! thread_ts reply_broadcast:bool {_CONTENT}",
        "chat:write", 0, posts=True,
    ),
    "chat.scheduleMessage": Method(
        scheduled.schedule, f"channel! post_at:int! thread_ts {_CONTENT}", "chat:write"
    ),
    "chat.scheduledMessages.list": Method(
        scheduled.listing, f"channel oldest latest {_PAGE}"
    ),
    "chat.unfurl": Method(chat.unfurl, "", "links:write"),
    "chat.update": Method(
        chat.update, f"channel! ts! reply_broadcast:bool {_CONTENT}", "chat:write"
    ),
    "conversations.archive": Method(membership.archive, "channel!", _MANAGE, 2),
    "conversations.create": Method(
        membership.create, "name! is_private:bool", "channels:manage groups:write", 2
    ),
    "conversations.history": Method(
        history.history, f"channel! {_PAGE} {_SPAN}", "*:history"
    ),
    "conversations.info": Method(
        conversations.info, "channel! include_num_members:bool", "*:read"
    ),
    "conversations.invite": Method(
        membership.invite, "channel! users!",
        f"{_MANAGE} channels:write.invites groups:write.invites",
    ),
    "conversations.join": Method(membership.join, "channel!", "channels:join"),
    "conversations.kick": Method(membership.kick, "channel! user!", _MANAGE),
    "conversations.leave": Method(membership.leave, "channel!", _MANAGE),
    "conversations.list": Method(
        conversations.listing, f"types exclude_archived:bool {_PAGE}", "*:read", 2
    ),
    "conversations.mark": Method(membership.mark, "channel! ts!", _MANAGE),
    "conversations.members": Method(conversations.members, f"channel! {_PAGE}", "*:read", 4),
    "conversations.open": Method(
        conversations.open_conversation, "channel users return_im:bool", "im:write mpim:write"
    ),
    "conversations.rename": Method(membership.rename, "channel! name!", _MANAGE, 2),
    "conversations.replies": Method(
        history.replies, f"channel! ts! {_PAGE} {_SPAN}", "*:history"
    ),
    "conversations.setPurpose": Method(
        membership.set_purpose, "channel! purpose=",
        f"{_MANAGE} channels:write.topic groups:write.topic mpim:write.topic", 2,
    ),
    "conversations.setTopic": Method(
        membership.set_topic, "channel! topic=",
        f"{_MANAGE} channels:write.topic groups:write.topic mpim:write.topic", 2,
    ),
    "conversations.unarchive": Method(membership.unarchive, "channel!", _MANAGE, 2),
    "emoji.list": Method(people.emoji, "", "emoji:read", 2),
    "files.completeUploadExternal": Method(
        files.complete_upload,
        "files:json! channel_id channels initial_comment thread_ts blocks:json", "files:write", 4,
    ),
    "files.delete": Method(files.delete, "file!", "files:write"),
    "files.getUploadURLExternal": Method(
        files.get_upload_url, "filename! length:int!", "files:write", 4
    ),
    "files.info": Method(files.info, "file!", "files:read", 4),
    "files.list": Method(files.listing, "channel user count:int page:int", "files:read"),
    "pins.add": Method(marks.add_pin, "channel! timestamp!", "pins:write", 2),
    "pins.list": Method(marks.list_pins, "channel!", "pins:read", 2),
    "pins.remove": Method(marks.remove_pin, "channel! timestamp!", "pins:write", 2),
    "reactions.add": Method(marks.add_reaction, "channel! timestamp! name!", "reactions:write"),
    "reactions.get": Method(marks.get_reactions, "channel! timestamp!", "reactions:read"),
    "reactions.remove": Method(
        marks.remove_reaction, "channel! timestamp! name!", "reactions:write", 2
    ),
    "team.info": Method(people.team_info, "", "team:read"),
    "usergroups.list": Method(
        people.groups, "include_count:bool include_disabled:bool include_users:bool",
        "usergroups:read", 2,
    ),
    "usergroups.users.list": Method(
        people.group_users, "usergroup! include_disabled:bool", "usergroups:read", 2
    ),
    "users.conversations": Method(
        conversations.of_user, f"user types exclude_archived:bool {_PAGE}", "*:read"
    ),
    "users.getPresence": Method(people.get_presence, "user", "users:read"),
    "users.info": Method(people.info, "user!", "users:read", 4),
    "users.list": Method(people.listing, _PAGE, "users:read", 2),
    "users.lookupByEmail": Method(people.lookup_by_email, "email!", "users:read.email"),
    "users.profile.get": Method(people.profile, "user", "users.profile:read", 4),
    "views.open": Method(views.open_view, "trigger_id! view:json!", tier=4),
    "views.publish": Method(views.publish_view, "user_id! view:json! hash", tier=4),
    "views.push": Method(views.push_view, "trigger_id! view:json!", tier=4),
    "views.update": Method(views.update_view, "view:json! view_id external_id hash", tier=4),
}  # fmt: skip
