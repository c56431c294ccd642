"""What a page's markup says about its article: when, where, in which language (library: lxml).

The date is read as the page writes it, with its time and zone, and only where the markup says that
it is the date of publication: htmldate, which trafilatura calls, keeps only the day, and takes a
date out of the text or an image's name where it finds no other.
"""

# lxml ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATES: Final = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "date_published",
    "publish-date",
    "publishdate",
    "publish_date",
    "publication-date",
    "publication_date",
    "published",
    "published_time",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "citation_publication_date",
    "citation_date",
    "date",
)
_MARKED_DATES: Final = (
    "//*[@itemprop='datePublished']",
    "//time[@pubdate]",
    "//time[contains(@class, 'publish') or contains(@class, 'entry-date')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' dt-published ')]",
)
_ARTICLES: Final = ("Article", "Posting", "Report")
_DAY_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")


def written_date(tree: Any, url: str | None) -> str | None:
    """Return the date of publication as the page writes it: JSON-LD, meta tags, time elements.

    Else the day in the page's address, where it has one.
    """
    for item in _linked_data(tree):
        published = item.get("datePublished")
        if isinstance(published, str) and published.strip() and _is_article(item):
            return published
    tags = dict(_meta_tags(tree))
    if found := next((tags[name] for name in _DATES if name in tags), None):
        return found
    times = [element for path in _MARKED_DATES for element in tree.xpath(path)]
    if not times:
        # Of several times that say nothing more of themselves none is sure to be the article's.
        unmarked = tree.xpath("//time[@datetime]")
        times = unmarked if len({each.get("datetime") for each in unmarked}) == 1 else []
    for element in times:
        written = element.get("datetime") or element.get("content") or element.text_content()
        if written.strip():
            return written
    in_path = _DAY_IN_PATH.search(urlsplit(url).path) if url else None
    return "{}-{:0>2}-{:0>2}".format(*in_path.groups()) if in_path else None


def address(tree: Any, url: str | None) -> str | None:
    """Return the page's canonical address, else what it was fetched from; None where unknown."""
    tags = dict(_meta_tags(tree))
    links = tree.xpath("//link[@rel='canonical']/@href")
    for written in (*map(str, links), tags.get("og:url")):
        if found := _absolute(written, url or tags.get("og:url")):
            return found
    return _absolute(url, None)


def page_language(tree: Any) -> str | None:
    """Return the language that the page declares."""
    tags = dict(_meta_tags(tree))
    root = tree.getroottree().getroot()
    declared = (
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        root.get("xml:lang"),
        tags.get("content-language"),
        tags.get("og:locale"),
    )
    return next(filter(None, map(language_tag, declared)), None)


def language_tag(written: str | None) -> str | None:
    """Return a language as BCP 47 in lower case; None where it isn't one."""
    tag = (written or "").strip().replace("_", "-").lower()
    return tag if _LANGUAGE.fullmatch(tag) and tag != "und" else None


def web_address(written: str | None) -> str | None:
    """Return an address that a browser opens; None where it is something else."""
    return _absolute(written, None)


def _absolute(written: str | None, base: str | None) -> str | None:
    if not written:
        return None
    try:
        joined = urljoin(base or "", written.strip())
        parts = urlsplit(joined)
        has_host = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return joined if has_host and joined.isprintable() and " " not in joined else None


def _meta_tags(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield name and content, the first of a name last, so that a dict keeps it."""
    for element in reversed(tree.xpath("//meta[@content]")):
        content = element.get("content").strip()
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            if content and (name := element.get(attribute)):
                yield name.strip().lower(), content


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of the page's JSON-LD, outer before inner, in order."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            pending = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while pending:
            value = pending.pop()
            if isinstance(value, list):
                pending.extend(reversed(cast("list[Any]", value)))
            elif isinstance(value, dict):
                item = cast("dict[str, Any]", value)
                yield item
                pending.extend(reversed(list(item.values())))


def _is_article(item: dict[str, Any]) -> bool:
    kind = item.get("@type")
    kinds = cast("list[Any]", kind) if isinstance(kind, list) else [kind]
    return any(isinstance(each, str) and each.endswith(_ARTICLES) for each in kinds)
