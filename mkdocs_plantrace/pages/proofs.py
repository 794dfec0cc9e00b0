"""What became of the evidence that a task promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from mkdocs_plantrace.checks.evidence import says_fail
from mkdocs_plantrace.model import Promise, Task
from mkdocs_plantrace.paths import Fault
from mkdocs_plantrace.trace import Trace


class ProofState(Enum):
    """How much one piece of evidence proves, or all of a task together."""

    FAILING = "failing"
    MISSING = "missing"
    PRESENT = "present"
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A promised file. `status` is what it says of itself, '' if nothing that was read."""

    path: str
    state: ProofState
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """All evidence of one task, in the order in which it is promised."""

    files: tuple[Proof, ...]

    @property
    def standing(self) -> str:
        """`none` where nothing is there, else `failing`, `incomplete` or `complete`."""
        states = {file.state for file in self.files}
        if not states - {ProofState.MISSING}:
            return "none"
        if ProofState.FAILING in states:
            return "failing"
        return "incomplete" if ProofState.MISSING in states else "complete"

    @property
    def there(self) -> int:
        return sum(file.state is not ProofState.MISSING for file in self.files)


class ProofsByTask:
    """The evidence of tasks. What it says is only read for completed ones."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._known: dict[str, Proofs] = {}
        self._judged: dict[tuple[str, tuple[str, ...]], Proof] = {}

    def of(self, task: Task) -> Proofs:
        if task.path not in self._known:
            self._known[task.path] = Proofs(files=tuple(map(self._proof, task.evidence)))
        return self._known[task.path]

    def _proof(self, promise: Promise) -> Proof:
        """Many tasks may promise the same files by one path with a star."""
        key = promise.path.value, tuple(wanted.value for wanted in promise.must_include)
        if key not in self._judged:
            self._judged[key] = _judge(self._trace, promise)
        return self._judged[key]


def _judge(trace: Trace, promise: Promise) -> Proof:
    paths = _paths(trace, promise)
    read = [trace.evidence[path] for path in paths if path in trace.evidence]
    wanted = {key.value for key in promise.must_include}
    status = next((file.status for file in read if file.status), "")
    if not paths:
        state = ProofState.MISSING
    elif any(file.fault or says_fail(file) or wanted & file.missing for file in read):
        state = ProofState.FAILING
    else:
        state = ProofState.PASSED if status else ProofState.PRESENT
    return Proof(path=promise.path.value, state=state, status=status)


def _paths(trace: Trace, promise: Promise) -> Sequence[str]:
    """The files that are there; several where the path has a star."""
    path, fault = trace.resolver.metadata_path(promise.path.value)
    if path is None:
        return ()
    return trace.file_index.matches(path) if fault is Fault.MISSING else [path]
