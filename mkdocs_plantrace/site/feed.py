"""The Atom feed of changes (RFC 4287)."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from mkdocs.utils import get_relative_url

from mkdocs_plantrace.site.view import Href

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FeedEntry(NamedTuple):
    """An entry about a day; `html` is its content."""

    day: str
    title: str
    url: str
    updated: str
    html: str


class FeedSource(NamedTuple):
    """What a feed is about: the ids are made from `base`; `url` is its page, `own_url` itself."""

    title: str
    author: str
    base: str
    url: str
    own_url: str


def make_feed_href(find_url: Href, feed: str, site_url: str) -> Href:
    """Return absolute URLs if the site has an address, else URLs relative to the feed."""
    if site_url:
        base = f"{site_url.rstrip('/')}/"
        return lambda uri: urljoin(base, find_url(uri))
    return lambda uri: get_relative_url(find_url(uri), find_url(feed))


def render_feed(source: FeedSource, entries: Iterable[FeedEntry]) -> str:
    """Render a feed of at least one entry; its ids depend on `base` and the days alone."""
    entries = list(entries)
    feed = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _add(feed, "id", _make_id(source.base))
    _add(feed, "title", source.title)
    _add(feed, "updated", max((it.updated for it in entries), key=datetime.fromisoformat))
    _add(SubElement(feed, "author"), "name", source.author)
    _add(feed, "link", rel="self", href=source.own_url)
    _add(feed, "link", rel="alternate", type="text/html", href=source.url)
    for entry in entries:
        element = SubElement(feed, "entry")
        _add(element, "id", _make_id(f"{source.base}#{entry.day}"))
        _add(element, "title", entry.title)
        _add(element, "updated", entry.updated)
        _add(element, "link", rel="alternate", type="text/html", href=entry.url)
        _add(element, "content", entry.html, type="html")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> None:
    element = SubElement(parent, name, attributes)
    element.text = text and _NOT_IN_XML.sub("", text)


def _make_id(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).urn
