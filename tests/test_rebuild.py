"""A server that builds again shows what a build from nothing shows, whatever was edited."""

from pathlib import Path

import pytest
from conftest import metadata, traced
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from mkdocs_plantrace.project import document_loader, loader

PLAN, LOG = "docs/plans/T-1/PLAN.md", "docs/plans/T-1/EXEC_LOG.md"
START = {
    **traced("T-1", evidence=["proof.json"], touches=["src/a.py"], decisions=[".hidden/one.md"]),
    **traced("T-2", depends_on=["T-1"], touches=["src/a.py"]),
    **{f"tasks/N-{n}/meta.yml": metadata(f"N-{n}", status="planned") for n in range(40)},
    "docs/index.md": "# Home\n\n<!-- plantrace: tasks -->\n\nSee T-1 and T-2.\n",
    "docs/decisions/one.md": "# One\n\nDecided in T-1.\n",
    "docs/troubleshooting/gate.md": "# Gate\n\nError: the gate is shut\n\nFixed in T-2.\n",
    "tasks/N-100/meta.yml": metadata("N-100", evidence=[".hidden/proof.json"]),
    "proof.json": '{"status": "PASS"}',
    ".hidden/one.md": "# Hidden\n",
    ".hidden/proof.json": '{"status": "PASS"}',
    PLAN: (
        "# Plan of T-1\n\nAs [decided](../../decisions/one.md), see T-2 and `tasks/T-2/meta.yml`.\n"
        "\nOf <kbd>T-2</kbd> or *see T-2*.\n"
    ),
    LOG: "# Log of T-1\n\nPlan: PLAN.md\n\nSome words.\n",
}
ENTRY = "\n## Failure\n\nerror: the gate is shut\ncause: no key\nfix: turned the key\n"
EDITS = {
    "words of a plan": {PLAN: f"{START[PLAN]}\nMore words.\n"},
    "lines above links": {PLAN: START[PLAN].replace("\n\nAs", "\n\nMore words.\n\nAs")},
    "title of a plan": {PLAN: START[PLAN].replace("Plan of", "The plan of")},
    "link in a plan": {PLAN: START[PLAN].replace("decisions/one.md", "troubleshooting/gate.md")},
    "link out of the searched folders": {PLAN: f"{START[PLAN]}\n[x](../../../.hidden/two.md)\n"},
    "raw HTML": {PLAN: START[PLAN].replace("kbd", "i")},
    "mention in a plan": {PLAN: START[PLAN].replace("see T-2", "see N-7")},
    "broken link": {PLAN: START[PLAN].replace("one.md", "none.md")},
    "entry in a log": {LOG: START[LOG] + ENTRY},
    "headings of a log": {LOG: START[LOG].replace("Some", "## A heading\n\nSome")},
    "status": {"tasks/T-1/meta.yml": metadata("T-1", status="blocked")},
    "title of a task": {"tasks/T-2/meta.yml": metadata("T-2", title="Another")},
    "new task": {"tasks/N-99/meta.yml": metadata("N-99", status="planned")},
    "task that goes": {"tasks/N-7/meta.yml": None},
    "evidence that fails": {"proof.json": '{"status": "FAIL"}'},
    "evidence that goes": {"proof.json": None},
    "evidence in a hidden folder": {".hidden/proof.json": None},
    "decision in a hidden folder": {".hidden/one.md": None},
    "page that a list is on": {"docs/index.md": "# Home\n\n<!-- plantrace: progress -->\n"},
    "new page": {"docs/decisions/two.md": "# Two\n\nDecided in T-2.\n"},
    "curated page": {"docs/troubleshooting/gate.md": "# Gate\n\nNothing.\n"},
    "template": {"templates/box.html": "<p>Mine, too</p>"},
}


class Server:
    """Builds as `mkdocs serve` does; `site` are the files of the last build."""

    def __init__(self, project):
        self._project = project
        schema = dict(MkDocsConfig._schema)  # noqa: SLF001 (MkDocs keeps plugins nowhere else)
        schema["plugins"].plugin_cache.clear()
        self._load().plugins.on_startup(command="serve", dirty=False)

    def _load(self):
        self._project.configure()
        # A server builds into a folder elsewhere.
        site = f"{self._project.root}-site"
        return load_config(str(self._project.root / "mkdocs.yml"), site_dir=site)

    def build(self):
        config = self._load()
        build(config, serve_url="http://127.0.0.1:8000/")
        site = Path(config.site_dir)
        return {
            path.relative_to(site).as_posix(): path.read_bytes()
            for path in site.rglob("*")
            if path.suffix in (".html", ".js", ".json")
        }


@pytest.fixture
def edited(project, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")  # MkDocs writes the time into the home page
    project.write({**START, "templates/none.html": ""})
    project.options = {"templates": "templates"}
    return project


def edit(project, files):
    for path, text in files.items():
        if text is None:
            (project.root / path).unlink()
        else:
            project.write({path: text})


@pytest.mark.parametrize("name", EDITS)
def test_a_rebuild_shows_what_a_new_build_shows(edited, name):
    server = Server(edited)
    server.build()
    edit(edited, EDITS[name])
    rebuilt = server.build()

    assert rebuilt == Server(edited).build()


@pytest.mark.parametrize("name", ["macros", "error_result", "feed_day"])
def test_a_server_survives_a_template_with_a_fault(edited, name):
    edited.write({LOG: START[LOG] + ENTRY})
    server = Server(edited)
    good = server.build()
    edited.write({f"templates/{name}.html": "{{ nothing.at.all }}"})
    assert server.build().keys() == good.keys()

    (edited.root / f"templates/{name}.html").unlink()
    assert server.build() == good


@pytest.mark.parametrize(
    "options",
    [{"language": {"task": "ticket"}}, {"phases": {"1": "Next", "0": "First"}}],
    ids=["words", "order of phases"],
)
def test_an_option_that_changes_shows_at_once(edited, options):
    edited.options["phases"] = {"0": "First", "1": "Next"}
    edited.write({"tasks/M-1/meta.yml": metadata("M-1", phase="1")})
    server = Server(edited)
    server.build()
    edited.options = {**edited.options, **options}
    assert server.build() == Server(edited).build()


def test_a_hidden_file_that_comes_is_found(edited):
    edit(edited, EDITS["link out of the searched folders"])
    server = Server(edited)
    server.build()
    edited.write({".hidden/two.md": "# Two\n"})
    assert server.build() == Server(edited).build()


def test_a_snippet_that_changes_is_linked_at_once(edited):
    edited.site = {"markdown_extensions": [{"pymdownx.snippets": {"base_path": str(edited.root)}}]}
    edited.write({PLAN: '# Plan of T-1\n\n--8<-- "parts.txt"\n', "parts.txt": "One.\n\nSee T-2."})
    server = Server(edited)
    server.build()
    edited.write({"parts.txt": "As in T-2.\n\nTwo."})
    rebuilt = server.build()

    assert b'As in <a href="../../../trace/tasks/T-2/">' in rebuilt["plans/T-1/PLAN/index.html"]
    assert rebuilt == Server(edited).build()


def test_only_what_changed_is_read_again(edited, monkeypatch):
    server = Server(edited)
    server.build()
    read = []

    def count(module, name):
        function = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *args, **more: read.append(args) or function(*args, **more)
        )

    count(loader, "read_metadata")
    count(loader, "read_evidence")
    count(document_loader, "scan_page")
    server.build()
    assert read == []

    edit(edited, EDITS["words of a plan"])
    site = server.build()
    assert [path for path, *_ in read] == [PLAN]
    assert b"More words." in site["plans/T-1/PLAN/index.html"]

    read.clear()
    edit(edited, {"tasks/T-1/meta.yml": metadata("T-1", title="Another")})
    server.build()
    assert [path for _, path, *_ in read] == ["tasks/T-1/meta.yml"]
