"""Links and anchors of pages, compared with the HTML that MkDocs makes of them.

The pages of `markdown.yml`, the example site and, where they are there, the records of real
repositories are rendered with the extensions that Material for MkDocs recommends.
"""

import html
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import markdown
import pytest
import yaml
from material.extensions import emoji
from mkdocs.utils import meta

from mkdocs_plantrace.parsing.markdown.page import parse_page
from mkdocs_plantrace.parsing.markdown.scanner import scan_page
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared/corpora"
CASES = yaml.safe_load(ROOT.joinpath("tests/markdown.yml").read_text(encoding="utf-8"))

EXTENSIONS = {
    # What MkDocs itself turns on comes first, as it does there.
    "toc": {"permalink": True},
    "tables": {},
    "fenced_code": {},
    "abbr": {},
    "admonition": {},
    "attr_list": {},
    "def_list": {},
    "footnotes": {},
    "md_in_html": {},
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.betterem": {},
    "pymdownx.caret": {},
    "pymdownx.critic": {},
    "pymdownx.details": {},
    "pymdownx.emoji": {"emoji_index": emoji.twemoji, "emoji_generator": emoji.to_svg},
    "pymdownx.highlight": {
        "anchor_linenums": True,
        "line_spans": "__span",
        "pygments_lang_class": True,
    },
    "pymdownx.inlinehilite": {},
    "pymdownx.keys": {},
    "pymdownx.mark": {},
    "pymdownx.smartsymbols": {},
    "pymdownx.superfences": {},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.tasklist": {"custom_checkbox": True},
    "pymdownx.tilde": {},
}
MADE_BY_EXTENSIONS = {"headerlink", "footnote-ref", "footnote-backref"}
NUMBERED = ("__tabbed_", "__codelineno-", "__span-")
"""What begins ids that PT109 accepts with any number."""

UNSEEN = "a link is not seen"
UNRENDERED = "a link is not rendered"
UNKNOWN = "an anchor is not known"
OTHER = "a heading has another anchor"
NO_HEADING = "a heading is not rendered"
ORDER = "headings stand in another order"

# Why a page is read in another way than it is rendered. Problems are missed, or reported for links
# that are not rendered as they were meant. Only MARKUP and RULED lack anchors that the site has.
BROKEN = (
    "Python-Markdown takes other characters for the address, and the link of the site is broken"
)
DEEP = "an item whose text is indented like code is text to Python-Markdown only"
FRONT = "MkDocs takes `key: value` at the top for front matter; Plan lines may stand there"
IN_PARAGRAPH = "Python-Markdown only reads definitions of links inside of paragraphs"
INDENTED = "Python-Markdown takes a heading behind spaces for text"
LAST_WORD = "footnotes stand at the end of the HTML"
LONG_FENCE = "a longer run of marks ends a fence for everybody but Python-Markdown"
MARKUP = "`#` right before markup: a space for it would take a character of the markup"
NESTED = "of a link in a link, or in the words for an image, Python-Markdown takes the outer one"
OPTIONAL = "text to an extension that not every project turns on; all anchors are known"
RAW = "links in raw HTML are checked by neither MkDocs nor plantrace"
RAW_INDENTED = "tags that are indented, or behind a mark, are raw HTML for all but Python-Markdown"
RULED = "a rule right below a list is an underline to Python-Markdown only"
SPACED = "Python-Markdown only reads `[text] [label]` as one link; both labels are defined"
TABLE = "a table goes on to the next blank line for Python-Markdown only"
TWICE = "of two definitions with one label Python-Markdown takes the last"

KNOWN = [
    ("titles in parentheses", BROKEN, {UNSEEN: ["a.md (A title)"], UNRENDERED: ["a.md"]}),
    ("parentheses without a partner", BROKEN, {UNSEEN: ["a(b.md) and more"]}),
    (
        "escaped parentheses in destinations",
        BROKEN,
        {UNSEEN: [r"c\(d\).md"], UNRENDERED: ["c(d).md"]},
    ),
    ("links in links", NESTED, {UNSEEN: ["e.md"], UNRENDERED: ["f.md"]}),
    ("links in images", NESTED, {UNRENDERED: ["n.md"]}),
    ("references with a space between", SPACED, {UNRENDERED: ["a.md", "c.md"]}),
    ("definitions inside paragraphs", IN_PARAGRAPH, {UNSEEN: ["a.md", "b.md"]}),
    ("definition twice", TWICE, {UNSEEN: ["second.md"], UNRENDERED: ["first.md"]}),
    ("definition in a list", IN_PARAGRAPH, {UNSEEN: ["b.md"]}),
    ("fence with a longer end", LONG_FENCE, {UNSEEN: ["c.md"], UNRENDERED: ["b.md"]}),
    (
        "headings without a space before markup",
        MARKUP,
        {OTHER: ["a", "code"]},
    ),
    (
        "headings with markup",
        OPTIONAL,
        {
            OTHER: ["1-numbered-words-quotes-dashes"],
            NO_HEADING: ["1-numbered-words-quotes-dashes-c"],
        },
    ),
    (
        "headings with emoji and symbols",
        OPTIONAL,
        {
            OTHER: [
                "both",
                "check",
                "code-and-added-removed-oldnew-comment-marked-words",
                "smile",
                "tm-12-1st-co-symbols-x-y-r",
            ],
            NO_HEADING: [
                "c-smile-both1",
                "c-tm-12-1st-co-symbols-x-y-r",
                "material-check-check-octicons-x-16",
                "python-code-and-added-removed-oldnew-comment-marked-words",
                "smile-smile",
            ],
        },
    ),
    (
        "headings with footnotes",
        OPTIONAL,
        {OTHER: ["head", "other-words"], NO_HEADING: ["head1", "othernote-words"]},
    ),
    ("headings with math", OPTIONAL, {UNRENDERED: ["a.md"], NO_HEADING: ["not-a-heading"]}),
    ("rule right below a list", RULED, {OTHER: ["-item"], UNKNOWN: ["-item"]}),
    ("headings that are indented", INDENTED, {NO_HEADING: ["one", "three", "two"]}),
    ("headings in footnotes", LAST_WORD, {ORDER: ["one, two, three"]}),
    ("attr_list that is none", OPTIONAL, {OTHER: ["two-x"], NO_HEADING: ["two"]}),
    ("raw HTML with links", RAW, {UNSEEN: ["a.md", "b.png", "c.md"]}),
    ("raw HTML in lists", RAW_INDENTED, {UNSEEN: ["a.md", "b.md"]}),
    ("raw HTML in admonitions", RAW_INDENTED, {UNSEEN: ["a.md"]}),
    ("raw HTML in a quote", RAW_INDENTED, {UNSEEN: ["a.md"]}),
    ("list items with deep text", DEEP, {UNSEEN: ["a.md", "b.md"]}),
    ("critic marks", OPTIONAL, {UNRENDERED: ["f.md"]}),
    ("math", OPTIONAL, {UNRENDERED: ["a.md", "c.md"]}),
    ("math blocks", OPTIONAL, {UNRENDERED: ["a.md", "b.md"]}),
    ("abbreviations", OPTIONAL, {UNRENDERED: ["c.md"]}),
    ("front matter without dashes", FRONT, {UNRENDERED: ["a.md"]}),
    ("table right above a heading", TABLE, {NO_HEADING: ["head"]}),
]
KNOWN_IN_CORPORA = [
    ("payments", TABLE, NO_HEADING, 16),
]
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_WEB = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


class Rendered(HTMLParser):
    """The links and ids of a page as HTML, and the anchors of its headings."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.headings = set(), set(), []
        converter = markdown.Markdown(extensions=list(EXTENSIONS), extension_configs=EXTENSIONS)
        self.feed(converter.convert(meta.get_data(text)[0]))
        self.close()
        self._add_headings(converter.toc_tokens)

    def _add_headings(self, tokens):
        for token in tokens:
            self.headings.append(token["id"])
            self._add_headings(token["children"])

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        named = values.get("name") if tag == "a" else None
        ids = {values.get("id"), named} - {None, ""}
        self.ids.update(name for name in ids if not name.startswith(NUMBERED))
        address = values.get({"a": "href", "img": "src"}.get(tag)) or ""
        is_made = not MADE_BY_EXTENSIONS.isdisjoint((values.get("class") or "").split())
        if is_relative(address) and not is_made and not address[1:].startswith(NUMBERED):
            self.links.add(unquote(address))


def is_relative(address):
    return bool(address) and not _WEB.match(address)


def differences(text):
    """What is rendered in another way than it is read, by kind."""
    rendered = Rendered(text)
    scanned = scan_page("x.md", text, TaskIds(()))
    links = {unquote(html.unescape(_ESCAPED.sub(r"\1", link.value))) for link in scanned.links}
    links = set(filter(is_relative, links))
    headings = [heading.anchor for heading in parse_page(text).headings]
    is_permuted = sorted(headings) == sorted(rendered.headings) and headings != rendered.headings
    found = {
        UNSEEN: rendered.links - links,
        UNRENDERED: links - rendered.links,
        UNKNOWN: rendered.ids - set(scanned.anchors),
        OTHER: [*(Counter(rendered.headings) - Counter(headings)).elements()],
        NO_HEADING: [*(Counter(headings) - Counter(rendered.headings)).elements()],
        ORDER: [", ".join(headings)] if is_permuted else [],
    }
    return {kind: sorted(values) for kind, values in found.items() if values}


def read(path):
    return path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("name", CASES)
def test_a_page_has_the_links_and_anchors_of_its_html(name):
    known = [found for case, _, found in KNOWN if case == name]

    assert [differences(CASES[name].removeprefix("\ufeff"))] == (known or [{}])


def test_only_known_cases_are_listed():
    assert {case for case, *_ in KNOWN} <= CASES.keys()


def test_the_pages_of_the_example_site_have_the_links_and_anchors_of_their_html():
    pages = sorted(ROOT.glob("example_site/docs/**/*.md"))

    assert {page.name: found for page in pages if (found := differences(read(page)))} == {}


@pytest.mark.parametrize("corpus", sorted({path.parts[-2] for path in CORPORA.glob("*/*")}))
def test_the_pages_of_real_repositories_have_the_links_and_anchors_of_their_html(corpus):
    known = {kind: count for name, _, kind, count in KNOWN_IN_CORPORA if name == corpus}
    total = Counter()

    for page in sorted(CORPORA.joinpath(corpus).rglob("*.md"))[::3]:  # all take a minute
        found = differences(read(page))
        total.update({kind: len(values) for kind, values in found.items()})

    assert total == known
