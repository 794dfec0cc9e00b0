"""Projects made up with a seed: tasks with a plan and a log each, shaped like those of real teams.

A task has about 3.5 kB of metadata, 2.5 kB of plan and 1 kB of log; two of three are completed
and have the evidence that they promise; one log in four tells of an error, some of them told
before. All links hold, so that a check finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

_NOUNS = (
    "signing key,replay log,staging cell,ledger shard,webhook queue,rate limiter,audit trail,"
    "session cache,invoice export,schema registry,retry budget,settlement file,token service,"
    "health probe,feature flag,backup window,search index,mail relay,tenant quota,build image"
).split(",")
_VERBS = (
    "rotate,verify,migrate,measure,isolate,document,replace,throttle,restore,backfill,"
    "reconcile,harden,split,retire,inspect"
).split(",")
_ENDS = (
    "without a gap in service,before the next release,under the load of the last quarter,"
    "with evidence that the gate can read,so that a replay ends at once,in every region,"
    "and fail closed when it cannot be reached,for tenants that share a cell,"
    "within the error budget of the month,and prove it on the staging cell first"
).split(",")
_FAULTS = (
    "psycopg.OperationalError: connection to server on port 5432 failed: timeout expired",
    'ERROR: relation "ledger_entries" does not exist',
    "error: the server responded with status 503 (service unavailable)",
    "ModuleNotFoundError: No module named 'settlement.export'",
    "FATAL: could not obtain lock on shard 7 after 30000 ms",
    "AssertionError: expected 12 replayed tokens, got 11",
    "npm ERR! code ERESOLVE could not resolve dependency tree",
    "yaml.scanner.ScannerError: mapping values are not allowed here",
)
_PHASE_SIZE = 200


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of files and their bytes."""

    tasks: int
    documents: int
    metadata_bytes: int
    document_bytes: int


def write_corpus(root: Path, tasks: int, seed: int = 7) -> None:
    """Write `tasks/`, `docs/plans/` and `evidence/` with that many tasks."""
    random = Random(seed)
    statuses = [_status(random) for _ in range(tasks)]
    for number in range(tasks):
        _write_task(root, number, statuses, random)
    (root / "docs/index.md").write_text("# Benchmark\n\nA made up record.\n", encoding="utf-8")


def sizes(root: Path) -> Sizes:
    """What a project holds."""
    metadata = [path.stat().st_size for path in root.glob("tasks/**/meta.yml")]
    documents = [path.stat().st_size for path in root.glob("docs/**/*.md")]
    return Sizes(len(metadata), len(documents), sum(metadata), sum(documents))


def task_id(number: int) -> str:
    """The id of the task with that number."""
    return f"TSK-P{number // _PHASE_SIZE}-{number:05}"


def _status(random: Random) -> str:
    if random.random() < 2 / 3:
        return "completed"
    return random.choice(("planned", "in_progress", "blocked"))


def _write_task(root: Path, number: int, statuses: list[str], random: Random) -> None:
    task, phase = task_id(number), number // _PHASE_SIZE
    name = random.choice(_NOUNS).replace(" ", "_")
    folder = f"docs/plans/phase{phase}/{task}_{name}"
    evidence = f"evidence/phase{phase}/{task.lower().replace('-', '_')}.json"
    texts = {
        f"tasks/{task}/meta.yml": _metadata(number, statuses, folder, evidence, random),
        f"{folder}/PLAN.md": _plan(number, random),
        f"{folder}/EXEC_LOG.md": _log(number, random),
    }
    if statuses[number] == "completed":
        texts[evidence] = f'{{\n  "task_id": "{task}",\n  "status": "PASS",\n  "checks": []\n}}\n'
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def _sentence(random: Random) -> str:
    verb, noun, end = random.choice(_VERBS), random.choice(_NOUNS), random.choice(_ENDS)
    return f"{verb.capitalize()} the {noun} {random.randrange(100)} {end}."


def _items(count: int, random: Random) -> str:
    return "".join(f"- {_sentence(random)}\n" for _ in range(count))


def _metadata(number: int, statuses: list[str], folder: str, evidence: str, random: Random) -> str:
    task, phase = task_id(number), number // _PHASE_SIZE
    earlier = [
        other
        for other in range(phase * _PHASE_SIZE, number)
        if statuses[other] == "completed" or statuses[number] != "completed"
    ]
    before = sorted(random.sample(earlier, min(len(earlier), 2)))
    script = f"scripts/audit/verify_{task.lower().replace('-', '_')}.sh"
    lists = {
        "depends_on": [task_id(other) for other in before],
        "touches": [script, f"tasks/{task}/meta.yml", f"{folder}/PLAN.md", "src/ledger/**"],
        "invariants": [f"INV-{random.randrange(200):03}" for _ in range(3)],
        "work": [f"'[ID {task.lower()}_work_item_{n:02}] {_sentence(random)}'" for n in range(6)],
        "acceptance_criteria": [_sentence(random) for _ in range(8)],
        "anti_patterns": [_sentence(random) for _ in range(4)],
        "verification": [f"bash {script} || exit 1", "make check", f"test -f {evidence} || exit 1"],
        "failure_modes": [f"{_sentence(random)} => GATE.STALE => FAIL" for _ in range(5)],
        "must_read": ["docs/operations/MANUAL.md", "docs/operations/POLICY.md"],
    }
    body = "".join(
        f"{key}:\n" + "".join(f"- {item}\n" for item in items) if items else f"{key}: []\n"
        for key, items in lists.items()
    )
    tests = "".join(
        f"- id: {task}-N{n}\n  description: {_sentence(random)}\n  required: true\n"
        for n in range(3)
    )
    return (
        f"schema_version: 1\nphase: '{phase}'\ntask_id: {task}\ntitle: {_sentence(random)[:-1]}\n"
        f"owner_role: {random.choice(('SUPERVISOR', 'ARCHITECT', 'DB_FOUNDATION'))}\n"
        f"status: {statuses[number]}\npriority: HIGH\nrisk_class: GOVERNANCE\n"
        f"intent: {_sentence(random)} {_sentence(random)}\n  {_sentence(random)}\n{body}"
        f"negative_tests:\n{tests}"
        f"evidence:\n- path: {evidence}\n  must_include:\n  - task_id\n  - status\n  - checks\n"
        f"implementation_plan: {folder}/PLAN.md\nimplementation_log: {folder}/EXEC_LOG.md\n"
        f"notes: '{_sentence(random)} {_sentence(random)}'\n"
        "client: cli\nassigned_agent: supervisor\n"
    )


def _plan(number: int, random: Random) -> str:
    task = task_id(number)
    script = f"scripts/audit/verify_{task.lower().replace('-', '_')}.sh"
    return (
        f"# {task} plan: {_sentence(random)[:-1]}\n\nTask: {task}\nLog: EXEC_LOG.md\n\n"
        f"## Objective\n\n{_sentence(random)} {_sentence(random)} {_sentence(random)}\n\n"
        f"## Scope\n\n{_items(6, random)}\n## Non-goals\n\n{_items(3, random)}\n"
        f"## Steps\n\n### Step 1\n\n{_sentence(random)} See [the log](EXEC_LOG.md).\n\n"
        f"### Step 2\n\n{_sentence(random)} It touches `src/ledger/shard_{number % 50}.py`.\n\n"
        f"## Acceptance criteria\n\n{_items(5, random)}\n"
        f"## Risks\n\n| Risk | Answer |\n|---|---|\n"
        + "".join(f"| {_sentence(random)} | {_sentence(random)} |\n" for _ in range(3))
        + f"\n## Verification\n\n```bash\nset -eu\nbash {script}\nmake check\n```\n\n"
        f"## Failure modes\n\n{_items(6, random)}\n## Approval\n\n"
        f"- Owner: SUPERVISOR\n- Reviewed: {_sentence(random)}\n"
    )


def _log(number: int, random: Random) -> str:
    task, day = task_id(number), number % 28 + 1
    script = f"scripts/audit/verify_{task.lower().replace('-', '_')}.sh"
    text = (
        f"# {task} execution log\n\nTask ID: {task}\nPlan: PLAN.md\n\n"
        f"## 2026-03-{day:02} Implementation\n\n{_items(8, random)}\n"
    )
    if random.random() < 1 / 4:
        text += (
            f"## 2026-03-{day:02} Failure\n\nerror: {random.choice(_FAULTS)}\n"
            f"cause: {_sentence(random)}\nfix: {_sentence(random)}\noutcome: fixed\n\n"
        )
    return (
        f"{text}## Verification commands run\n\n- `bash {script}` -> PASS\n"
        f"- `make check` -> PASS\n\n## Final summary\n\n{_sentence(random)} {_sentence(random)}\n"
    )
