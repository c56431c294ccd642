"""Discord's REST v10 routes that tell a bot of the servers it is in, and of itself there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from loopback import payloads
from loopback.rest import PREFIX, json_response
from loopback.rules import unknown

if TYPE_CHECKING:
    from loopback.world import Membership, World


class Guilds:
    """The servers of ``world``; in each the bot has what its one role gives it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return the routes for an aiohttp application."""
        guild = f"{PREFIX}/guilds/{{guild}}"
        return [
            web.get(f"{PREFIX}/users/@me/guilds", self._mine),
            web.get(guild, self._guild),
            web.get(f"{guild}/members/{{user}}", self._member),
            web.get(f"{guild}/channels", self._channels),
        ]

    async def _mine(self, request: web.Request) -> web.Response:
        limit = int(request.query.get("limit", "200"))
        return json_response(
            [
                {
                    "id": str(each.guild_id),
                    "name": each.name,
                    "icon": None,
                    "banner": None,
                    "owner": False,
                    "features": [],
                    "permissions": str(each.permissions),
                }
                for each in self._world.memberships[:limit]
            ]
        )

    async def _guild(self, request: web.Request) -> web.Response:
        mine = self._membership(request)
        (everyone,) = payloads.guild()["roles"]
        role = {**everyone, "id": str(mine.guild_id), "permissions": str(mine.permissions)}
        told = {**payloads.guild(), "id": str(mine.guild_id), "name": mine.name, "roles": [role]}
        return json_response(told)

    async def _member(self, request: web.Request) -> web.Response:
        self._membership(request)
        user = payloads.user(int(request.match_info["user"]))
        return json_response({**payloads.member(), "user": user})

    async def _channels(self, request: web.Request) -> web.Response:
        mine = self._membership(request)
        overwrite = {"id": str(mine.guild_id), "type": 0, "allow": "0", "deny": str(mine.denied)}
        text = payloads.channel(payloads.TEXT_ID)
        text |= {"guild_id": str(mine.guild_id), "permission_overwrites": [overwrite]}
        return json_response([text])

    def _membership(self, request: web.Request) -> Membership:
        for each in self._world.memberships:
            if str(each.guild_id) == request.match_info["guild"]:
                return each
        raise unknown("Guild", 10004)
