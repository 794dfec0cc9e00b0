"""`plantrace new`: where the files of a task go, what is in them, and what is refused."""

from __future__ import annotations

import errno
import io
import os
import re

import pytest
import yaml
from click.testing import CliRunner
from conftest import metadata, traced
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from test_cli import plantrace
from test_edits import tree
from test_reports import check

from mkdocs_plantrace.cli import main
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar

TITLE = "Refund partial captures"


def new(project, task, *arguments, title=TITLE, phase="0"):
    project.configure()
    ended = plantrace("new", task, "--title", title, "--phase", phase, *arguments, cwd=project.root)
    assert "Traceback" not in ended.stderr
    return ended


def written(project, before=()):
    files = (path for path in project.root.rglob("*") if path.is_file())
    return {path.relative_to(project.root).as_posix() for path in files} - set(before)


@pytest.fixture
def empty(project):
    project.write({"docs/index.md": "# Home\n"})
    return project


def test_a_task_in_the_usual_places_passes_a_strict_check_and_is_linked(empty):
    ended = new(empty, "TSK-1")

    plan = "docs/plans/phase0/TSK-1_refund_partial_captures/PLAN.md"
    log = "docs/plans/phase0/TSK-1_refund_partial_captures/EXEC_LOG.md"
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == (
        "task 'TSK-1' is planned:\n  tasks/TSK-1/meta.yml\n"
        f"  {plan}\n  {log}\n  tasks/plantrace.schema.json\n"
    )
    text = (empty.root / "tasks/TSK-1/meta.yml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../plantrace.schema.json\n")
    told = yaml.safe_load(text)
    assert (told["task_id"], told["title"], told["phase"]) == ("TSK-1", TITLE, "0")
    assert (told["implementation_plan"], told["implementation_log"]) == (plan, log)
    strict = plantrace("check", "--strict", cwd=empty.root)
    assert strict.returncode == 0, strict.stdout
    trace = check(empty).trace
    (task,) = trace.tasks
    assert trace.document_index.find_plan(task).path == plan
    assert trace.document_index.find_log(task).path == log
    assert (empty.build().site / "plans/phase0/TSK-1_refund_partial_captures/PLAN").is_dir()


def test_a_dry_run_shows_a_diff_and_writes_nothing(empty):
    empty.configure()
    before = tree(empty.root)
    ended = new(empty, "TSK-1", "--dry-run")
    assert "+++ b/tasks/TSK-1/meta.yml\n@@ -0,0 +1," in ended.stdout
    assert "+task_id: TSK-1\n" in ended.stdout
    assert tree(empty.root) == before


def test_siblings_say_where_files_go(project):
    project.options = {"tasks": "work/**/task.yml", "plans": "**/plan.md", "logs": "**/log.md"}
    for number in ("1", "2"):
        folder = f"docs/wp/alpha/W-{number}"
        project.write(
            {
                f"work/a/W-{number}/task.yml": metadata(
                    f"W-{number}",
                    phase="alpha",
                    implementation_plan=f"{folder}/plan.md",
                    implementation_log=f"{folder}/log.md",
                ),
                f"{folder}/plan.md": "# Plan\n",
                f"{folder}/log.md": "# Log\n\nPlan: plan.md\n",
            }
        )
    project.configure()
    before = written(project)
    new(project, "W-3", phase="alpha")
    assert written(project, before) == {
        "work/a/W-3/task.yml",
        "docs/wp/alpha/W-3/plan.md",
        "docs/wp/alpha/W-3/log.md",
        "work/plantrace.schema.json",
    }


def test_files_whose_names_a_glob_leaves_open_carry_the_id(empty):
    empty.options = {"tasks": "tasks/*.yml", "plans": "p/*-plan.md", "logs": "p/*-log.md"}
    empty.configure()
    before = written(empty)
    assert new(empty, "a/B").returncode == 0
    assert written(empty, before) == {
        "tasks/a-B.yml",
        "docs/p/a-B_refund_partial_captures-plan.md",
        "docs/p/a-B_refund_partial_captures-log.md",
        "tasks/plantrace.schema.json",
    }


TEMPLATES = {
    "tasks/_template/meta.yml": (
        '# How to use: copy\r\nid_of: <TASK-ID>   # the id\r\ntitle: "<fill in>"\r\n'
        "phase: '<PHASE>'\r\nstatus: planned\r\ndepends_on:\r\n  - <TASK-ID>\r\n"
        "blocks: [<TASK-ID>]\r\nreviewers: []\r\nverification:\r\n  - make test-<TASK-ID>\r\n"
        "intent: >-\r\n  <why, for <TASK-ID>>\r\n"
    ),
    "docs/plans/_template/PLAN.md": "# {{ task_id }}: <TITLE>\n\n- TSK-P0-XXX keeps INV-XXX\n",
    "docs/plans/_template/EXEC_LOG.md": (
        "# <TASK_ID>\n\nPlan: PLAN.md\n\n## <YYYY-MM-DD> Start\n\n## <YYYY-MM-DD> <TITLE>\n"
    ),
}


def test_the_templates_of_the_project_are_used(empty):
    empty.write(TEMPLATES)
    empty.options = {"fields": {"id": "id_of"}}
    ended = new(empty, "TSK-7", title='Say "no": #1')
    assert ended.returncode == 0, ended.stderr
    text = (empty.root / "tasks/TSK-7/meta.yml").read_bytes().decode()
    assert text == (
        "# yaml-language-server: $schema=../plantrace.schema.json\r\n"
        "# How to use: copy\r\nid_of: TSK-7   # the id\r\n"
        "title: 'Say \"no\": #1'\r\n"
        "phase: '0'\r\nstatus: planned\r\ndepends_on:\r\n"
        "blocks: []\r\nreviewers: []\r\nverification:\r\n  - make test-TSK-7\r\n"
        "intent: >-\r\n  <why, for <TASK-ID>>\r\n"
        "implementation_plan: docs/plans/phase0/TSK-7_say_no_1/PLAN.md\r\n"
        "implementation_log: docs/plans/phase0/TSK-7_say_no_1/EXEC_LOG.md\r\n"
    )
    folder = empty.root / "docs/plans/phase0/TSK-7_say_no_1"
    assert (folder / "PLAN.md").read_text() == '# TSK-7: Say "no": #1\n\n- TSK-7 keeps INV-XXX\n'
    log = (folder / "EXEC_LOG.md").read_text()
    assert re.fullmatch(
        r"# TSK-7\n\nPlan: PLAN.md\n\n## 20\d\d-\d\d-\d\d Start\n\n"
        r'## <YYYY-MM-DD> Say "no": #1\n',
        log,
    )


def test_two_tasks_may_share_a_plan_and_a_log(empty):
    new(empty, "TSK-1")
    before = written(empty)
    ended = new(empty, "TSK-2", "--with-plan-of", "TSK-1", title="Refund tips")
    assert ended.returncode == 0, ended.stderr
    assert written(empty, before) == {"tasks/TSK-2/meta.yml"}
    trace = check(empty).trace
    assert trace.document_index.find_plan(
        trace.task_index.by_id["TSK-2"]
    ) is trace.document_index.find_plan(trace.task_index.by_id["TSK-1"])


REFUSED = [
    (["T-1"], "task 'T-1' already exists: 'tasks/T-1/meta.yml'"),
    (["t-1"], "task 'T-1' already exists, and 't-1' differs from it only in case"),
    (["../out"], "has a part that is empty, '.' or '..'"),
    (["/abs"], "has a part that is empty"),
    (["a//b"], "has a part that is empty"),
    (["_hidden"], "has a part that starts with '_'"),
    ([".git"], "has a part that starts with '.'"),
    (["a:b"], "has ':', which is not allowed in file names"),
    (["a\nb"], "the id 'a\ufffdb' has an invisible character"),
    (["a\\b"], "which is not allowed in file names"),
    (["con"], "not a file name on Windows"),
    (["a."], "not a file name on Windows"),
    (["x" * 300], "longer than 200 bytes"),
    (["a\u200b"], "has an invisible character"),
    (["meta.yml"], "tasks/meta.yml:1: PT001"),
    ([""], "is empty"),
    (["T-2", "--status", "plannd"], "no status 'plannd'; did you mean 'planned'?"),
    (["T-2", "--status", "done"], "a new task cannot be completed"),
    (["T-2", "--with-plan-of", "T-9"], "no task 'T-9'"),
    (["T-2", "--with-plan-of", "T-0"], "task 'T-0' has no plan that can be shared"),
    (["T-2", "--title", " "], "the title is empty"),
    (["T-2", "--title", "a\nb"], "the title is not one line"),
    (["T-2", "--phase", ""], "the phase is empty"),
]


@pytest.mark.parametrize(("arguments", "reason"), REFUSED)
def test_what_cannot_be_is_refused_and_changes_nothing(project, arguments, reason):
    project.write({**traced("T-1"), "tasks/T-0/meta.yml": metadata("T-0")})
    project.configure()
    before = tree(project.root)
    ended = plantrace("new", "-t", "x", "-p", "0", *arguments, cwd=project.root)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert reason in ended.stderr
    assert "Traceback" not in ended.stderr
    assert tree(project.root) == before


def test_what_the_check_would_find_is_refused_and_taken_back(empty):
    empty.write({"tasks/_template/meta.yml": "task_id: x\nstatus: planned\nmust_read: [gone.md]\n"})
    empty.site = {"exclude_docs": "plans/"}
    empty.configure()
    before = tree(empty.root)
    ended = new(empty, "TSK-1")
    assert ended.returncode == 2
    assert "PT105" in ended.stderr
    assert tree(empty.root) == before


@given(st.text(max_size=30))
def test_a_value_reads_as_it_was_written(value):
    for style in (None, "'", '"'):
        scalar = as_scalar(value, style)
        assert "\n" not in scalar
        assert yaml.safe_load(f"a: {scalar}\nb: [{scalar}]\n") == {"a": value, "b": [value]}


IDS = st.text(st.sampled_from("aZ09-_./ :#é漢'\"&*!%@`{}[],|>?~=\\"), min_size=1, max_size=12)
TITLES = st.text(st.sampled_from("aZ0 :#é漢'\"&*!%@`{}[],|>-?~=\\<b>$"), min_size=1, max_size=30)


SLOW = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


def run(root, command, *arguments):
    ended = CliRunner().invoke(main, [command, "-f", str(root / "mkdocs.yml"), *arguments])
    assert ended.exit_code in (0, 1, 2), ended.output
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended


def make_repository(root, files):
    (root / "docs").mkdir()
    (root / "mkdocs.yml").write_text("site_name: x\nplugins: [plantrace]\n")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())


@settings(max_examples=100, **SLOW)
@given(task=IDS, title=TITLES)
def test_whatever_the_id_and_title_the_record_is_whole_or_unchanged(tmp_path_factory, task, title):
    root = tmp_path_factory.mktemp("new")
    make_repository(root, {})
    before = tree(root)
    ended = run(root, "new", f"--title={title}", "--phase=1", "--", task)
    if ended.exit_code:
        assert tree(root) == before
        return
    strict = run(root, "check", "--strict")
    assert strict.exit_code == 0, strict.output
    (path,) = (path for path in tree(root) if path.endswith("meta.yml"))
    told = yaml.safe_load((root / path).read_text())
    assert (told["task_id"], told["title"]) == (task, title.strip())
    assert any(path.endswith("/PLAN.md") for path in tree(root))


LINES = st.lists(
    st.sampled_from(
        ["# a comment: é漢", "task_id: <TASK-ID>  # the id", "title: '<fill in>'", 'phase: "0"',
         "status: planned", "status: 'planned'   # or ready", "notes: |", "  two <TASK-ID>", "",
         "owner_role: {name: <who>, 漢: [1, 2]}", "tags: [a, <TASK-ID>]", "depends_on:", "  - <ID>",
         "  - OTHER", "blocks: []", "implementation_plan: x", "other: &a b", "again: *a", "---",
         "\tx: y", "a: b: c", "title: [x]", "intent: >-"]
    ),
    max_size=12,
)  # fmt: skip
OWN = ("task_id:", "title:", "phase:", "status:", "implementation_plan:", "implementation_log:")


@settings(max_examples=200, **SLOW)
@given(lines=LINES, end=st.sampled_from(["\n", "\r\n"]), is_ended=st.booleans(), bom=st.booleans())
def test_what_a_template_says_otherwise_stays(tmp_path_factory, lines, end, is_ended, bom):
    template = ("\ufeff" if bom else "") + end.join(lines) + (end if is_ended else "")
    root = tmp_path_factory.mktemp("template")
    make_repository(root, {"tasks/_template/meta.yml": template})
    before = tree(root)
    ended = run(root, "new", "--title=T", "--phase=1", "X-1")
    if ended.exit_code:
        event("refused")
        assert ended.output.startswith("plantrace: ")
        assert tree(root) == before
        return
    text = (root / "tasks/X-1/meta.yml").read_bytes().decode()
    written = text.removeprefix("\ufeff").split(end if end in template else "\n")
    kept = [line for line in lines if "<" not in line and not line.startswith(OWN)]
    rest = iter(written)
    assert all(line in rest for line in kept), (kept, written)
    assert end == "\r\n" or "\r" not in text


@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_a_disk_that_is_full_in_between_leaves_nothing_behind(tmp_path, monkeypatch, call):
    make_repository(tmp_path, {"docs/index.md": "# Home\n"})
    before = tree(tmp_path)
    calls = []

    class Full(io.FileIO):
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(handle, mode="r", *more, real=os.fdopen, **options):
        calls.extend([handle] if mode == "wb" else [])
        is_full = mode == "wb" and len(calls) == call
        return Full(handle, "w") if is_full else real(handle, mode, *more, **options)

    monkeypatch.setattr(os, "fdopen", opened)
    ended = run(tmp_path, "new", "--title=T", "--phase=1", "X-1")
    assert ended.exit_code == 2
    assert "No space left on device" in ended.output
    assert tree(tmp_path) == before


def test_the_front_matter_of_a_template_stays_yaml(empty):
    head = "---\ntitle: <TITLE>\ntags: [a]\n---\n"
    empty.write({"docs/plans/_template/PLAN.md": f"{head}# <ID>\n\n<TITLE>\n"})
    assert new(empty, "TSK-1", title='a "b": c').returncode == 0
    (plan,) = (empty.root / "docs/plans/phase0").glob("*/PLAN.md")
    text = plan.read_text(encoding="utf-8")
    assert text == '---\ntitle: \'a "b": c\'\ntags: [a]\n---\n# TSK-1\n\na "b": c\n'


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ('{task_id: "<ID>", title: "<TITLE>"}\n', "it has no key 'phase'"),
        ("task_id: <ID>\n...\n", "cannot be filled in"),
        ("task_id: &i <ID>\ntitle: *i\n", "cannot be filled in"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_blamed(empty, template, reason):
    empty.write({"tasks/_template/meta.yml": template})
    empty.configure()
    before = tree(empty.root)
    ended = new(empty, "TSK-1")
    assert ended.returncode == 2
    assert "the template 'tasks/_template/meta.yml'" in ended.stderr
    assert reason in ended.stderr
    assert tree(empty.root) == before


def test_a_task_under_way_may_still_have_its_templates_to_fill(empty):
    empty.write({"docs/plans/_template/PLAN.md": "# <ID>\n\n<What changes>\n"})
    ended = new(empty, "TSK-1", "--status", "in_progress")
    assert ended.returncode == 0, ended.stderr
    assert "PT201" in plantrace("check", cwd=empty.root).stdout


def add_tasks(project, plans, metadata_folder="tasks/{task}"):
    """Write tasks with plans and logs; `plans` maps a folder to the phase of its task."""
    for number, (pattern, phase) in enumerate(plans.items(), start=1):
        task = f"W-{number}"
        folder = pattern.format(task=task)
        project.write(
            {
                f"{metadata_folder.format(task=task, folder=folder)}/meta.yml": metadata(
                    task,
                    phase=phase,
                    implementation_plan=f"{folder}/PLAN.md",
                    implementation_log=f"{folder}/EXEC_LOG.md",
                ),
                f"{folder}/PLAN.md": f"# Plan of {task}\n",
                f"{folder}/EXEC_LOG.md": f"# Log of {task}\n\nPlan: PLAN.md\n",
            }
        )


@pytest.mark.parametrize(
    ("others", "phase", "folder"),
    [
        ({}, "0", "docs/plans/phase0"),
        ({}, "0.5", "docs/plans/phase0.5"),
        ({}, "1.2.3", "docs/plans/phase1.2.3"),
        ({}, "Größe", "docs/plans/grosse"),
        ({}, "Früh & spät", "docs/plans/fruh_spat"),
        ({}, "Сборка", "docs/plans/сборка"),
        ({}, "!!", "docs/plans/other"),
        ({"docs/plans/phase0/{task}": "0"}, "0.5", "docs/plans/phase0.5"),
        ({"docs/plans/phase0.5/{task}": "0.5"}, "1", "docs/plans/phase1"),
        ({"docs/plans/phase0.5/{task}": "0.5"}, "0.5", "docs/plans/phase0.5"),
        ({"docs/plans/0_5/{task}": "0.5"}, "0.6", "docs/plans/0_6"),
        ({"docs/plans/Phase-0/{task}": "0"}, "10", "docs/plans/Phase-10"),
        ({"docs/p1/x/{task}": "1", "docs/p2/{task}": "2", "docs/p3/{task}": "3"}, "4", "docs/p4"),
        ({"docs/work/Größe/{task}": "Größe"}, "Maß", "docs/work/Maß"),
        ({"docs/work/groesse/{task}": "Größe"}, "Maß", "docs/plans/mass"),
        ({"docs/work/alpha-work/{task}": "Alpha"}, "Beta", "docs/work/beta-work"),
        ({"docs/work/Big Step/{task}": "Big Step"}, "a/b", "docs/plans/a_b"),
        ({"docs/tasks/{task}": "a"}, "b", "docs/plans/b"),
        ({"docs/plans/2024/{task}": "20"}, "21", "docs/plans/phase21"),
    ],
)
def test_the_folder_of_a_phase_is_named_as_those_of_others(empty, others, phase, folder):
    add_tasks(empty, others)
    empty.configure()
    before = written(empty)
    ended = new(empty, "N-1", phase=phase)
    assert ended.returncode == 0, ended.stderr
    found = written(empty, before)
    assert {os.path.dirname(os.path.dirname(path)) for path in found if "PLAN" in path} == {folder}
    assert "tasks/N-1/meta.yml" in found


def test_metadata_below_phases_stays_below_phases(empty):
    add_tasks(empty, {"docs/plans/phase0/{task}": "0"}, "tasks/phase0/{task}")
    empty.configure()
    assert new(empty, "N-1", phase="0.5").returncode == 0
    assert (empty.root / "tasks/phase0.5/N-1/meta.yml").is_file()


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("docs/work/{task}", "docs/work/N-1"),
        ("docs/work/{task}_some_title", "docs/work/N-1_refund_partial_captures"),
        ("docs/work/phase0/{task}", "docs/work/phase1/N-1"),
    ],
)
def test_metadata_plan_and_log_stay_in_one_folder(empty, folder, expected):
    empty.options = {"tasks": "docs/work/**/meta.yml"}
    add_tasks(empty, {folder: "0"}, "{folder}")
    empty.configure()
    before = written(empty)
    ended = new(empty, "N-1", phase="1" if "phase" in folder else "0")
    assert ended.returncode == 0, ended.stderr
    assert written(empty, before) == {
        *(f"{expected}/{name}" for name in ("meta.yml", "PLAN.md", "EXEC_LOG.md")),
        "docs/work/plantrace.schema.json",
    }
    shared = new(empty, "N-2", "--with-plan-of", "N-1", phase="0")
    assert shared.returncode == 0, shared.stderr


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        ([], "TASK-ID, --title TEXT, --phase PHASE"),
        (["T-9"], "--title TEXT, --phase PHASE"),
        (["T-9", "--title", "x"], "--phase PHASE"),
        (["--title", "x", "--phase", "0"], "TASK-ID"),
    ],
)
def test_all_that_is_missing_is_reported_at_once(empty, arguments, missing):
    empty.configure()
    before = tree(empty.root)
    ended = plantrace("new", *arguments, cwd=empty.root)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"Error: missing: {missing}\n" in ended.stderr
    assert tree(empty.root) == before
