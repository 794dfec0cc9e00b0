"""What became of the evidence that a task promises."""

from collections.abc import Sequence
from enum import Enum
from functools import cache

from mkdocs_plantrace.checks.evidence_rules import says_fail
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.site.view import View
from mkdocs_plantrace.trace.trace import Trace


class ProofState(Enum):
    """How much one piece of evidence proves."""

    FAILING = "failing"
    MISSING = "missing"
    PRESENT = "present"
    PASSED = "passed"


class ProofsByTask:
    """The evidence of tasks. What it says is only read for completed ones."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._proof = cache(self._judge)  # many tasks may promise the same files by a star

    def of(self, task: Task) -> View:
        """Files as promised, how many are `there`, and their `standing`.

        That is `none` where nothing is there, else `failing`, `incomplete` or `complete`.
        """
        files = [self._proof(it.path.value, it.must_include) for it in task.evidence]
        missing = sum(file.state is ProofState.MISSING for file in files)
        standing = "incomplete" if missing else "complete"
        if any(file.state is ProofState.FAILING for file in files):
            standing = "failing"
        elif missing == len(files):
            standing = "none"
        return View(files=files, there=len(files) - missing, standing=standing)

    def _judge(self, path: str, wanted: Sequence[Text]) -> View:
        """A promised file; `status` is what it says of itself, '' if nothing that was read."""
        paths, keys = self._paths(path), {text.value for text in wanted}
        read = [self._trace.evidence[it] for it in paths if it in self._trace.evidence]
        status = next((file.status for file in read if file.status), "")
        state = ProofState.PASSED if status else ProofState.PRESENT
        if not paths:
            state = ProofState.MISSING
        elif any(it.fault or says_fail(it) or it.missing & keys for it in read):
            state = ProofState.FAILING
        return View(path=path, state=state, status=status)

    def _paths(self, written: str) -> Sequence[str]:
        """The files that are there; several where the path has a star."""
        path, fault = self._trace.resolver.metadata_path(written)
        if path is None:
            return ()
        return self._trace.file_index.matches(path) if fault is Fault.MISSING else [path]
