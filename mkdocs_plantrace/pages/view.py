"""What templates are given: values of things, and links between them."""

from dataclasses import dataclass
from types import SimpleNamespace

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.model import Node, NodeKind, Task
from mkdocs_plantrace.pages.prose import Href
from mkdocs_plantrace.trace import Trace
from mkdocs_plantrace.words import Words


class View(SimpleNamespace):
    """Values of one thing on a page; the guide to templates says what each attribute holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link: `url` is None where there is no page to lead to."""

    text: str
    url: str | None
    title: str = ""


class Links:
    """Makes the links of one page: `href` gives URLs relative to it."""

    def __init__(self, trace: Trace, addresses: Addresses, href: Href) -> None:
        self.trace = trace
        self.addresses = addresses
        self.href = href

    def url(self, uri: str | None, fragment: str = "") -> str | None:
        return self.href(uri) + fragment if uri else None

    def task(self, task: Task) -> Anchor:
        return Anchor(text=task.id, url=self.href(self.addresses.task(task)), title=task.title)

    def document(self, path: str, fragment: str = "") -> Anchor:
        url = self.url(self.addresses.document(path), fragment)
        return Anchor(text=self.trace.documents[path].title, url=url, title=path)

    def node(self, node: Node) -> Anchor:
        is_task = node.kind is NodeKind.TASK
        return self.task(self.trace.by_id[node.key]) if is_task else self.document(node.key)

    def phase(self, name: str) -> Anchor:
        return Anchor(
            text=phase_label(self.trace.settings.language, name),
            url=self.href(self.addresses.phase(name)),
            title=self.trace.settings.phases.get(name, ""),
        )


def phase_label(words: Words, name: str) -> str:
    return words.text("Phase %(name)s", name=name) if name else words.text("No phase")
