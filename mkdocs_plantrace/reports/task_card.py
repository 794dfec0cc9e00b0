"""A task as a card of text: everything linked to it, or what to know before work starts."""

from collections.abc import Iterable, Iterator

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.link import LinkKind, Node, NodeKind
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.reports.text_report import format_line
from mkdocs_plantrace.trace.error_groups import RecordedError, shorten, summarize
from mkdocs_plantrace.trace.related_errors import Nearby, find_nearby
from mkdocs_plantrace.trace.trace import Trace, is_open
from mkdocs_plantrace.utils.order import id_order
from mkdocs_plantrace.utils.terminal import visible

_WIDTH = len("Troubleshooting") + 2
_LONGEST = 120
_LONGEST_FIX = 400
_CURATED = {
    "Troubleshooting": DocumentKind.TROUBLESHOOTING,
    "Decisions": DocumentKind.DECISION,
}


def describe(result: Result, task: Task) -> str:
    """Everything linked to a task."""
    return _format_card(task, _list_parts(result, task))


def _format_card(task: Task, parts: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Id and title, then a line for each fact, the first with its label; no final line end."""
    lines = [f"{task.id}  {task.title}"]
    for label, facts in parts:
        for number, fact in enumerate(filter(None, facts)):
            lines.append(f"{'' if number else label:<{_WIDTH}}{fact}")
    return "\n".join(visible(line).rstrip() for line in lines)


def _list_parts(result: Result, task: Task) -> Iterator[tuple[str, Iterable[str]]]:
    trace = result.trace
    phase = trace.task_index.phase_titles.get(task.phase, "")
    yield "Status", (_describe_status(task),)
    yield "Blocked", _describe_block(task)
    yield "Phase", (f"{task.phase}: {phase}" if phase else task.phase,)
    yield "Owner", (task.owner,)
    if boxes := task.progress:
        yield "Boxes", (f"{boxes.done} of {boxes.total} ticked in {boxes.path}",)
    yield "Metadata", (task.path,)
    yield "Plan", _list_paths(trace, task, "plan")
    yield "Log", _list_paths(trace, task, "log")
    yield "Documents", _list_paths(trace, task, "documents")
    yield "Depends on", _dependencies(trace, task)
    yield "Needed by", _list_tasks(trace, trace.graph.dependents.get(task.id, ()))
    for label, kind in _CURATED.items():
        yield label, _list_curated(trace, task, label.lower(), kind)
    yield "Evidence", _list_paths(trace, task, "evidence")
    yield "Errors", _list_errors(trace, task)
    yield "Mentioned in", _mentions(trace, task)
    yield "Problems", map(format_line, result.by_task.get(task.id, ()))


def _describe_status(task: Task) -> str:
    """The status as written, with its kind if that is another word."""
    kind = task.status.kind.value if task.status.kind else "unknown"
    text = task.status.text
    words = text if text == kind else f"{text or 'none'} ({kind})"
    return f"{words}, archived" if task.archived else words


def _describe_block(task: Task) -> tuple[str, ...]:
    """Since when and why a task is blocked, as far as that is recorded."""
    if task.status.kind is not StatusKind.BLOCKED:
        return ()
    since = f"since {task.blocked_since}" if task.blocked_since else ""
    return since, task.blocked_reason


def _list_paths(trace: Trace, task: Task, field: str) -> Iterator[str]:
    """The paths of a field as written, each with its fault."""
    for reference in trace.links.path_references:
        if reference.task is task and reference.field == field:
            fault = reference.resolved.fault
            wrong = "no such file" if fault is Fault.MISSING else fault and fault.value
            yield f"{reference.text.value} ({wrong})" if wrong else reference.text.value


def _dependencies(trace: Trace, task: Task) -> Iterator[str]:
    """The tasks that it depends on, also by the `blocks` of others; then unknown ids."""
    known = {text.value for text in task.depends_on if text.value in trace.task_index.by_id}
    yield from _list_tasks(trace, known | trace.graph.dependencies.get(task.id, {}).keys())
    for text in task.depends_on:
        if text.value not in trace.task_index.by_id:
            yield f"{text.value}  (no such task)"


def _list_tasks(trace: Trace, ids: Iterable[str]) -> Iterator[str]:
    for task in trace.task_index.select(ids):
        yield f"{task.id}  {_describe_status(task)}  {task.title}"


def _list_curated(trace: Trace, task: Task, field: str, kind: DocumentKind) -> Iterator[str]:
    """The pages in the metadata, then the other pages of this kind that belong to the task."""
    yield from _list_paths(trace, task, field)
    named = {
        link.target.key
        for link in trace.links.outgoing.get(Node(NodeKind.TASK, task.id), ())
        if link.kind in (LinkKind.TROUBLESHOOTING, LinkKind.DECISION)
    }
    for path, document in trace.documents.items():
        if document.kind is kind and path not in named:
            related = trace.document_index.find_related_tasks(document)
            yield path if any(other.id == task.id for other in related) else ""


def _mentions(trace: Trace, task: Task) -> Iterator[str]:
    index = trace.document_index
    own = {document.path for document in (index.find_plan(task), index.find_log(task)) if document}
    links = [
        link
        for link in trace.links.incoming.get(Node(NodeKind.TASK, task.id), ())
        if link.kind is LinkKind.MENTIONS and link.source.key not in own
    ]
    for link in sorted(links, key=lambda link: id_order(link.source.key)):
        yield f"{link.location.path}:{link.location.line}"


def _list_errors(trace: Trace, task: Task, longest: int = _LONGEST) -> Iterator[str]:
    """Lines for each error with the last fix that worked, in at most `longest` characters."""
    for error in trace.errors.by_task.get(task.id, ()):
        also = f", seen by {len(error.tasks)} tasks" if len(error.tasks) > 1 else ""
        yield f"{summarize(error.error, _LONGEST)}  ({error.standing.value}{also})"
        yield from _list_facts(error, error.fixed_by.fix if error.fixed_by else None, longest)


def list_nearby_errors(errors: Iterable[Nearby], longest: int) -> Iterator[str]:
    """Lines for each error, with its title and its fix in at most `longest` characters."""
    for nearby in errors:
        error = nearby.error
        state = f"({error.state.value}; {nearby.task} touches {nearby.path})"
        yield f"{summarize(error.error, longest)}  {state}"
        yield from _list_facts(error, error.by_use[0].fix, longest)


def _list_facts(error: RecordedError, fix: str | None, longest: int) -> Iterator[str]:
    """The fix of an error, the place of its most useful entry, and its page."""
    if fix:
        yield f"  fix: {shorten(' '.join(fix.split()), longest)}"
    place = error.by_use[0].location
    yield f"  logged in {place.path}:{place.line}"
    if error.page:
        yield f"  see {error.page}"


def describe_start(result: Result, task: Task) -> str:
    """What to read, which dependencies are open, and errors known for the files of the task."""
    return _format_card(task, _list_briefing(result, task))


def _list_briefing(result: Result, task: Task) -> Iterator[tuple[str, Iterable[str]]]:
    trace = result.trace
    yield "Status", (_describe_status(task),)
    yield "Blocked", _describe_block(task)
    yield "Owner", (task.owner,)
    yield "Metadata", (task.path,)
    yield "Plan", _list_paths(trace, task, "plan")
    yield "Log", _list_paths(trace, task, "log")
    yield "Must read", (it.value for it in task.must_read)
    yield "Depends on", _open_dependencies(trace, task)
    for label, kind in _CURATED.items():
        yield label, _list_curated(trace, task, label.lower(), kind)
    yield "Evidence", _list_paths(trace, task, "evidence")
    yield "Own errors", _list_errors(trace, task, _LONGEST_FIX)
    yield "Known errors", list_nearby_errors(find_nearby(trace, [task]), _LONGEST_FIX)
    yield "Problems", map(format_line, result.by_task.get(task.id, ()))


def _open_dependencies(trace: Trace, task: Task) -> Iterator[str]:
    """The tasks that must be closed first, then unknown ids; one line if there is none."""
    known = trace.task_index.by_id
    needed = trace.graph.dependencies.get(task.id, {})
    still_open = [name for name in needed if is_open(known[name])]
    unknown = [text.value for text in task.depends_on if text.value not in known]
    yield from _list_tasks(trace, still_open)
    for name in unknown:
        yield f"{name}  (no such task)"
    if needed and not (still_open or unknown):
        yield "all done"
