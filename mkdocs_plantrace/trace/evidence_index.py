"""The index of evidence: the state of the files that tasks list."""

from collections.abc import Sequence
from enum import Enum, StrEnum
from functools import cache
from typing import NamedTuple

from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import EvidenceFile, Task
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.trace.trace import Trace

_GOOD = ("PASS", "SKIPPED")


class ProofState(Enum):
    FAILING = "failing"
    MISSING = "missing"
    PRESENT = "present"
    PASSED = "passed"


class Standing(StrEnum):
    """The state of all evidence of a task; `NONE` if no file exists."""

    NONE = "none"
    INCOMPLETE = "incomplete"
    FAILING = "failing"
    COMPLETE = "complete"


class Proof(NamedTuple):
    """A file of evidence; `status` is its own status, '' if it has none or was not read."""

    path: str
    state: ProofState
    status: str


class Proofs(NamedTuple):
    """The evidence of a task; `there` is the number of files that exist."""

    files: tuple[Proof, ...]
    there: int
    standing: Standing


class EvidenceIndex:
    """The evidence of tasks. Files of tasks that are not completed have not been read."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._find_proof = cache(self._judge)  # many tasks may list the same files by a glob

    def find_proofs(self, task: Task) -> Proofs:
        files = tuple(self._find_proof(it.path.value, it.must_include) for it in task.evidence)
        states = [file.state for file in files]
        there = len(files) - states.count(ProofState.MISSING)
        return Proofs(files, there, _judge_all(states))

    def _judge(self, path: str, required: Sequence[Text]) -> Proof:
        paths, keys = self._find_files(path), {text.value for text in required}
        read = [self._trace.evidence[it] for it in paths if it in self._trace.evidence]
        status = next((file.status for file in read if file.status), "")
        state = ProofState.PASSED if status else ProofState.PRESENT
        if not paths:
            state = ProofState.MISSING
        elif any(it.fault or says_fail(it) or it.missing & keys for it in read):
            state = ProofState.FAILING
        return Proof(path, state, status)

    def _find_files(self, path: str) -> Sequence[str]:
        """Find the files that exist; several if the path is a glob."""
        resolved, fault = self._trace.resolver.metadata_path(path)
        if resolved is None:
            return ()
        return self._trace.file_index.matches(resolved) if fault is Fault.MISSING else [resolved]


def says_fail(file: EvidenceFile) -> bool:
    return file.status is not None and file.status.upper() not in _GOOD


def _judge_all(states: Sequence[ProofState]) -> Standing:
    if ProofState.FAILING in states:
        return Standing.FAILING
    if all(state is ProofState.MISSING for state in states):
        return Standing.NONE
    return Standing.INCOMPLETE if ProofState.MISSING in states else Standing.COMPLETE
