"""A date as an export, a feed or a page writes it (library: python-dateutil).

Nothing is guessed: what can be read in two ways, lacks its year, is on no calendar or lies ahead
is a doubt, and not a date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

FIRST_YEAR: Final = 1600
"""There was no newspaper before: an earlier year is a slip."""
MAX_AHEAD: Final = timedelta(days=1)
"""Clocks are wrong, and zones are left out, by so much at most."""
MAX_CHARS: Final = 80

_DAYS: Final = range(10**7, 10**8)
_EPOCH_SECONDS: Final = range(10**8, 10**10)
_EPOCH_MILLISECONDS: Final = range(3 * 10**11, 10**13)
"""Which numbers are a day written as 20240503, and which are Unix times of the last decades.

From 3e11 milliseconds on, so that no minute written as 202405031405 is taken for one.
"""
_UTC_NAMES: Final = ("UT", "UTC", "GMT", "Z")
_HOURS: Final = {"E": -5, "C": -6, "M": -7, "P": -8}
_US_ZONE = re.compile("([ECMP])([SD])T")
"""The zones that RFC 822 names, in hours; a name such as BST or IST means several."""
_STANDING_IN: Final = (datetime(2000, 1, 1), datetime(2004, 2, 15, 1))  # noqa: DTZ001  no zone on purpose: what is not written is taken from here
"""What is not written differs when it is read with the one and with the other."""

_NUMBER = re.compile(r"\d+(?:\.\d*)?", re.ASCII)
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?(Z?))?", re.ASCII)
_ISO = re.compile(r"\d{4}-(?:\d\d-\d\d|W\d\d-?\d|\d{3})(?!\d).*", re.ASCII)
_YEAR_AND_MONTH = re.compile(r"\d{4}[-/.]\d{1,2}", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", re.ASCII)
_YEAR_LAST = re.compile(r"(?<!\d)\d{1,2}([-/.])\d{1,2}\1\d{4}(?!\d)", re.ASCII)
_MONTH = re.compile(
    r"(?<![a-z])(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(r"([a-z]{3}, \d{1,2} [a-z]{3}) (\d\d)(?= \d\d:\d\d)", re.IGNORECASE)
_HALF_OF_DAY = re.compile(r"(?<![a-z])([ap])\.? ?m\.?(?![a-z])", re.IGNORECASE)
_ZONE_BEFORE_OFFSET = re.compile(r"(?:GMT|UTC) ?(?=[+-]\d)")
_COMMENT = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class Dated:
    """When something was published, as far as it can be told.

    ``published`` is aware, or None where it can't be used; ``doubt`` says why, or is empty where
    nothing was written. ``date_only``: a day, or a time without its zone; it is midnight UTC of
    that day.
    """

    published: datetime | None
    date_only: bool = False
    doubt: str = ""


class _DoubtError(Exception):
    """Why a date can't be used."""


def read(written: object, now: datetime | None = None) -> Dated:
    """Read a date: text, a number, or what a YAML parser made of it. ``now`` is the clock's."""
    if written is None or (isinstance(written, str) and not written.strip()):
        return Dated(None)
    try:
        found = _read(written)
    except _DoubtError as doubt:
        return Dated(None, doubt=str(doubt))
    except (ValueError, OverflowError):
        return Dated(None, doubt=f"There is no {_shown(written, 'date')}.")
    zone = found.utcoffset()
    if zone is None:
        moment = datetime(found.year, found.month, found.day, tzinfo=UTC)
    else:
        moment = found.replace(tzinfo=timezone(zone))
    if moment.year < FIRST_YEAR:
        return Dated(None, doubt=f"{_shown(written)} is before {FIRST_YEAR}.")
    if moment > (now or datetime.now(UTC)) + MAX_AHEAD:
        return Dated(None, doubt=f"{_shown(written)} is in the future.")
    return Dated(moment, date_only=zone is None)


def _shown(written: object, noun: str = "The date") -> str:
    text = repr(written) if isinstance(written, str) else str(written)
    return f"{noun} {text if len(text) <= MAX_CHARS else text[:MAX_CHARS] + '…'}"


def _read(written: object) -> datetime:
    """Return when it is, without a zone where only the day is known. Raises ValueError too."""
    if isinstance(written, datetime):
        return written
    if isinstance(written, date):
        return datetime(written.year, written.month, written.day)  # noqa: DTZ001  only the day
    if isinstance(written, int | float) and not isinstance(written, bool):
        return _number(written)
    if not isinstance(written, str):
        raise _DoubtError("What is given as the date is neither text nor a number.")
    text = " ".join(written.split())
    if len(text) <= MAX_CHARS and text.isascii():
        if _NUMBER.fullmatch(text) and not _BASIC.fullmatch(text):
            return _number(float(text))
        return _text(text)
    raise _DoubtError(f"{_shown(written)} cannot be read.")


def _number(number: float) -> datetime:
    if not 0 < number < _EPOCH_MILLISECONDS.stop:
        raise _DoubtError("A number is given as the date, but it is none.")
    if int(number) in _DAYS:
        return _text(str(int(number)))
    if int(number) in _EPOCH_SECONDS:
        return datetime.fromtimestamp(number, UTC)
    if int(number) in _EPOCH_MILLISECONDS:
        return datetime.fromtimestamp(number / 1000, UTC)
    raise _DoubtError(f"The number {number:.15g} is no date with its day.")


@lru_cache(maxsize=4096)
def _text(text: str) -> datetime:
    if basic := _BASIC.fullmatch(text):
        year, month, day, hour, minute, second, zone = basic.groups()
        text = f"{year}-{month}-{day}"
        if hour:
            text += f"T{hour}:{minute}:{second or '00'}{zone}"
    if _ISO.fullmatch(text):
        from dateutil.parser import isoparse

        try:
            return isoparse(text)
        except ValueError:
            # Nearly ISO 8601, as in "2024-05-03 14:05:00 UTC", or a day that is on no calendar.
            if not _YEAR_FIRST.match(text):
                raise
    text = _ZONE_BEFORE_OFFSET.sub("", _COMMENT.sub("", text).rstrip())
    text = _HALF_OF_DAY.sub(r"\1m", text)
    if first := _YEAR_FIRST.match(text):
        year, month, day = first.groups()
        return _written(f"{year}-{month:0>2}-{day:0>2}{text[first.end() :]}", day_first=False)
    if _YEAR_LAST.search(text) or _MONTH.search(text):
        # RFC 822 has two figures for the year; those that still write so are of this century.
        text = _SHORT_YEAR.sub(r"\1 20\2", text)
        found = _written(text, day_first=False)
        if found == _written(text, day_first=True):
            return found
        raise _DoubtError(f"{_shown(text)} can be read in two ways: day or month first.")
    what = "names no day" if _YEAR_AND_MONTH.fullmatch(text) else "cannot be read"
    raise _DoubtError(f"{_shown(text)} {what}.")


def _written(text: str, *, day_first: bool) -> datetime:
    from dateutil.parser import ParserError, parse

    try:
        found, other = (
            parse(text, default=default, dayfirst=day_first, tzinfos=_zone)
            for default in _STANDING_IN
        )
    except ParserError as error:
        if "Unknown string format" in str(error):
            raise _DoubtError(f"{_shown(text)} cannot be read.") from error
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError) as error:
        # What the parser stumbles over in figures that are no date.
        raise _DoubtError(f"{_shown(text)} cannot be read.") from error
    if found.year != other.year or f"{found.year:04}" not in text:
        raise _DoubtError(f"{_shown(text)} has no year.")
    if found.date() != other.date():
        raise _DoubtError(f"{_shown(text)} names no day.")
    has_time = found.hour == other.hour
    return found if has_time else found.replace(tzinfo=None)


def _zone(name: str | None, offset_s: int | None) -> timezone | None:
    if offset_s is not None:
        return timezone(timedelta(seconds=offset_s))
    if name in _UTC_NAMES:
        return UTC
    if named := _US_ZONE.fullmatch(name or ""):
        area, kind = named.groups()
        return timezone(timedelta(hours=_HOURS[area] + (kind == "D")))
    return None
