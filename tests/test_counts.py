"""What speed rests on, counted instead of timed: no file read twice, nothing loaded in vain."""

import builtins
import cProfile
import io
import os
import pstats
import subprocess
import sys
from collections import Counter

import pytest
import yaml
from conftest import metadata, traced

from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.cli import main
from mkdocs_plantrace.site.generated_pages import TraceSite
from mkdocs_plantrace.site.markdown_extension import TraceLinks

TASKS = 12
NEVER_LOADED = ("jinja2", "markdown", "mkdocs", "markupsafe")
"""For pages only."""


@pytest.fixture
def filled(project):
    for number in range(TASKS):
        task = f"T-{number}"
        project.write(traced(task, evidence=[f"evidence/{task}.json"]))
        project.write({f"evidence/{task}.json": '{"status": "PASS"}'})
    project.write({"docs/index.md": "# Home\n", "tasks/T-99/meta.yml": metadata("T-99")})
    project.configure()
    return project


def count_opened(project, monkeypatch, *arguments):
    """The files of the project that a command opens, with the number of times."""
    opened = Counter()

    def counting(file, *values, **options):
        if isinstance(file, (str, os.PathLike)):
            opened[os.path.relpath(file, project.root)] += 1
        return io.open(file, *values, **options)  # noqa: UP020 (it stands for `open`)

    monkeypatch.setattr(builtins, "open", counting)
    monkeypatch.chdir(project.root)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    return {path: times for path, times in opened.items() if not path.startswith("..")}


def check(project, monkeypatch):
    monkeypatch.chdir(project.root)
    with pytest.raises(SystemExit) as ended:
        main(["check", "--strict"])
    assert ended.value.code == 0


def test_each_file_is_opened_once(filled, monkeypatch):
    read = count_opened(filled, monkeypatch, "check", "--strict")
    written = {
        path.relative_to(filled.root).as_posix()
        for path in filled.root.rglob("*")
        if path.suffix in (".md", ".yml", ".json")
    }
    assert set(read) == written
    # The configuration is read again for the place that a problem with an option has.
    assert {path for path, times in read.items() if times > 1} <= {"mkdocs.yml"}


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        (["list"], {"tasks"}),
        (["next"], {"tasks"}),
        (["list", "--evidence", "complete"], {"tasks", "evidence"}),
    ],
)
def test_lists_open_metadata_and_evidence_only_if_asked_for(filled, monkeypatch, arguments, kinds):
    read = count_opened(filled, monkeypatch, *arguments)
    assert {path.split("/")[0] for path in read} == {"mkdocs.yml", *kinds}
    assert {path for path, times in read.items() if times > 1} <= {"mkdocs.yml"}


def test_each_metadata_file_is_parsed_once_and_nothing_else(filled, monkeypatch):
    parsed = []
    compose = yaml.compose
    monkeypatch.setattr(
        yaml, "compose", lambda text, *more: parsed.append(text) or compose(text, *more)
    )
    check(filled, monkeypatch)

    sources = [path.read_text() for path in filled.root.glob("tasks/*/meta.yml")]
    assert len(sources) == TASKS + 1
    known = [text for text in parsed if "task_id" in text]
    assert sorted(known) == sorted(sources)
    assert sum(map(len, parsed)) - sum(map(len, sources)) < 1000  # the configuration


def test_a_check_loads_nothing_that_only_pages_need(filled):
    script = (
        "import sys\nfrom mkdocs_plantrace.cli import main\n"
        "try:\n    main(['check'])\n"
        "finally:\n    print('\\n'.join(sys.modules), file=sys.stderr)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-S", "-c", f"import site; site.main()\n{script}"],
        cwd=filled.root,
        capture_output=True,
        text=True,
        check=False,
    )
    before = subprocess.run(
        [sys.executable, "-c", "import sys; print('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(ended.stderr.split()) - set(before.stdout.split())

    assert ended.returncode == 0, ended.stderr
    assert loaded.isdisjoint(NEVER_LOADED)
    assert "mkdocs_plantrace.checks" in loaded


def test_each_template_is_rendered_once_for_each_page(filled, monkeypatch):
    rendered = Counter()
    render = TraceSite._render  # noqa: SLF001 (all templates go through it)

    def counting(site, name, *arguments, **values):
        rendered[name] += 1
        return render(site, name, *arguments, **values)

    monkeypatch.setattr(TraceSite, "_render", counting)
    assert filled.build().failure is None

    documents = 2 * TASKS
    assert rendered == {
        "task.html": TASKS + 1,
        **dict.fromkeys(("box.html", "references.html"), documents),
        "breadcrumb.html": documents + TASKS + 1 + 1,
        "neighbors.html": TASKS + 1,
        **dict.fromkeys(("overview.html", "phases.html", "phase.html", "tasks.html"), 1),
        **dict.fromkeys(("board.html", "errors.html", "changes.html", "problems.html"), 1),
        "matrix.html": 1,
    }


def test_markdown_is_set_up_for_what_people_wrote_alone(filled, monkeypatch):
    set_up = []
    monkeypatch.setattr(TraceLinks, "extendMarkdown", lambda _, md: set_up.append(md))
    assert filled.build().failure is None

    assert len(set_up) == len([*filled.root.glob("docs/**/*.md")]) == 2 * TASKS + 1


def _evidence(number):
    return {"status": "completed", "evidence": [f"evidence/e{number}_*.json"]}


def _chain(number):
    return {"depends_on": [f"T-{number - 1}"] if number else []}


def _neighbours(number):
    return {"depends_on": [f"T-{other}" for other in range(max(0, number - 10), number)]}


def count_calls(project, tasks, fields):
    for number in range(tasks):
        project.write({f"tasks/T-{number}/meta.yml": metadata(f"T-{number}", **fields(number))})
        project.write({f"evidence/e{number}_x.json": '{"status": "PASS"}'})
    project.configure()
    profile = cProfile.Profile()
    profile.runcall(check_project, project.root / "mkdocs.yml")
    return pstats.Stats(profile).total_calls


@pytest.mark.parametrize("fields", [_evidence, _chain, _neighbours])
def test_work_grows_in_proportion_to_the_number_of_tasks(project, fields):
    few = count_calls(project, 40, fields)

    assert count_calls(project, 160, fields) < 4.2 * few
