"""The buttons 👍 and 👎 under an answer, and the form that asks what was wrong.

Neither keeps anything in memory: a button's and a form's custom id carry the reply's id, and what
is sent in is read by whoever listens (:mod:`bot.cogs.feedback`), also after a restart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot.delivery import sending
from bot.kept.votes import NOTE_CHARS, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from bot.app import NewsquoteBot

_VOTE_TEMPLATE: Final = r"newsquote:vote:(?P<reply>[0-9a-f]{16}):(?P<which>up|down)"
_FORM: Final = re.compile(r"newsquote:reason:(?P<reply>[0-9a-f]{16})")
_LABELS: Final = {"up": "👍", "down": "👎"}
_REASON: Final = "reason"
_NOTE: Final = "note"
_REASONS: Final = {
    Reason.WRONG: "The passage is the wrong one",
    Reason.OUTDATED: "It is outdated",
    Reason.SHOULD_REFUSE: "The sources don't say it; it should have refused",
    Reason.MISSED: "The sources do say it; it should have answered",
    Reason.OTHER: "Something else",
}


class VoteButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=_VOTE_TEMPLATE):
    """A button that takes an opinion of an answer; everybody who sees the answer may press it."""

    def __init__(self, reply_id: str, which: str) -> None:
        super().__init__(
            ui.Button(label=_LABELS[which], custom_id=f"newsquote:vote:{reply_id}:{which}")
        )
        self.reply_id = reply_id
        self.which = which

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from its custom id."""
        return cls(match["reply"], match["which"])

    async def callback(self, interaction: discord.Interaction[NewsquoteBot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client is ours
        """Take the vote, or ask what was wrong; say so in private where that is not possible."""
        feedback = interaction.client.feedback
        with interaction.client.in_flight.reply():
            if self.which == "up":
                if await sending.think(interaction, private=True):
                    await sending.edit(
                        interaction, await feedback.praise(interaction, self.reply_id)
                    )
                return
            refusal = await feedback.is_refusal(self.reply_id)
            if isinstance(refusal, bool):
                await sending.ask_back(interaction, form(self.reply_id, refusal=refusal))
            else:
                await sending.whisper(interaction, refusal)


def buttons(reply_id: str) -> tuple[VoteButton, VoteButton]:
    """Return both buttons for a kept answer."""
    return VoteButton(reply_id, "up"), VoteButton(reply_id, "down")


def form(reply_id: str, *, refusal: bool) -> ui.Modal:
    """Return the form that asks what was wrong with an answer, or with a refusal."""
    modal = ui.Modal(title="What was wrong?", custom_id=f"newsquote:reason:{reply_id}")
    left_out = Reason.SHOULD_REFUSE if refusal else Reason.MISSED
    options = [
        discord.RadioGroupOption(label=label, value=reason)
        for reason, label in _REASONS.items()
        if reason is not left_out
    ]
    modal.add_item(
        ui.Label(
            text="What was wrong?", component=ui.RadioGroup(custom_id=_REASON, options=options)
        )
    )
    modal.add_item(
        ui.Label(
            text="Anything to add?",
            description="Kept with your vote; /privacy says how long.",
            component=ui.TextInput(
                custom_id=_NOTE,
                style=discord.TextStyle.paragraph,
                max_length=NOTE_CHARS,
                required=False,
            ),
        )
    )
    # Else discord.py would keep every form that was opened and never sent in.
    modal.stop()
    return modal


def sent_in(interaction: discord.Interaction[Any]) -> tuple[str, Reason, str] | None:
    """Return reply id, reason and note where the interaction sends in our form; else None.

    What no form of ours can hold counts as another reason, and a note too long is cut.
    """
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    data: Mapping[str, Any] = interaction.data or {}
    match = _FORM.fullmatch(str(data.get("custom_id")))
    if match is None:
        return None
    values = dict(_values(data.get("components", ())))
    reason = values.get(_REASON)
    return (
        match["reply"],
        Reason(reason) if reason in set(Reason) else Reason.OTHER,
        str(values.get(_NOTE) or "").strip()[:NOTE_CHARS],
    )


def _values(components: Any) -> Iterator[tuple[str, Any]]:
    for component in components:
        inner = component.get("component")
        if inner is not None:  # the label around it
            yield str(inner.get("custom_id")), inner.get("value")
