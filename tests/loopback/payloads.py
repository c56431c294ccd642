"""The fixed inhabitants of the loopback Discord, as Discord's v10 API writes them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

BOT_ID = 1_100_000_000_000_000_001
ASKER_ID = 1_100_000_000_000_000_002
OTHER_ID = 1_100_000_000_000_000_003
GUILD_ID = 1_100_000_000_000_000_010
SECOND_GUILD_ID = GUILD_ID + (1 << 22)  # the next shard's, however many there are
SECOND_TEXT_ID = SECOND_GUILD_ID + 10
TEXT_ID = 1_100_000_000_000_000_020
THREAD_ID = 1_100_000_000_000_000_021
DM_ID = 1_100_000_000_000_000_022

_LONG_AGO = "2024-01-01T00:00:00.000000+00:00"
EVERY_PERMISSION = (1 << 50) - 1


def user(user_id: int) -> Json:
    """Return a user; the one with the bot's id is a bot."""
    names = {BOT_ID: "newsquote", ASKER_ID: "asker", OTHER_ID: "bystander"}
    name = names.get(user_id, f"user{user_id}")
    return {
        "id": str(user_id),
        "username": name,
        "global_name": name.title(),
        "discriminator": "0",
        "avatar": None,
        "bot": user_id == BOT_ID,
        "public_flags": 0,
    }


def member() -> Json:
    """Return a member of the guild, its user left out."""
    return {
        "roles": [],
        "joined_at": _LONG_AGO,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
        "avatar": None,
        "permissions": str(EVERY_PERMISSION),
    }


def application() -> Json:
    """Return the application that the bot belongs to."""
    return {
        "id": str(BOT_ID),
        "name": "newsquote",
        "icon": None,
        "description": "",
        "summary": "",
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": user(ASKER_ID),
        "bot_public": False,
        "bot_require_code_grant": False,
        "team": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
    }


def channel(channel_id: int, guild_id: int = GUILD_ID) -> Json:
    """Return a guild's text channel, the thread, or the asker's direct-message channel."""
    base: Json = {"id": str(channel_id), "last_message_id": None, "flags": 0}
    if channel_id == DM_ID:
        return {**base, "type": 1, "recipients": [user(ASKER_ID)]}
    base |= {
        "guild_id": str(guild_id),
        "rate_limit_per_user": 0,
        "permissions": str(EVERY_PERMISSION),
    }
    if channel_id == THREAD_ID:
        archive: Json = {
            "archived": False,
            "locked": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": _LONG_AGO,
        }
        return {
            **base,
            "type": 11,
            "name": "a thread",
            "parent_id": str(TEXT_ID),
            "owner_id": str(ASKER_ID),
            "message_count": 0,
            "member_count": 2,
            "thread_metadata": archive,
        }
    return {
        **base,
        "type": 0,
        "name": "general",
        "position": 0,
        "topic": None,
        "nsfw": False,
        "parent_id": None,
        "permission_overwrites": [],
    }


def guild(guild_id: int = GUILD_ID, text_id: int = TEXT_ID) -> Json:
    """Return a guild as GUILD_CREATE sends it, with its text channel; the first has a thread."""
    threads = [channel(THREAD_ID)] if guild_id == GUILD_ID else []
    everyone: Json = {
        "id": str(guild_id),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": str(EVERY_PERMISSION),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": str(guild_id),
        "name": "Loopback",
        "icon": None,
        "owner_id": str(ASKER_ID),
        "roles": [everyone],
        "emojis": [],
        "stickers": [],
        "features": [],
        "channels": [channel(text_id, guild_id)],
        "threads": threads,
        "members": [{**member(), "user": user(BOT_ID)}],
        "member_count": 3,
        "large": False,
        "unavailable": False,
        "joined_at": _LONG_AGO,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "application_id": None,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
    }
