"""What a branch does to the record, with real repositories and the real command."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pyromark
import pytest
from conftest import metadata, traced
from test_cli import COMMAND, plantrace
from test_nearby import met

from mkdocs_plantrace.project.git_tree import write_tree

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")

ENVIRONMENT = {
    **{f"GIT_{who}_NAME": "A" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "a@example.org" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_DATE": "2026-03-01T12:00:00Z" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
CONFIGURATION = "site_name: Test\nplugins:\n  - plantrace\n"
HOME = {"docs/index.md": "# Home\n"}


class Repository:
    def __init__(self, project):
        self.project = project
        self.root = project.root
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, given=b""):
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607 (any git)
            cwd=self.root,
            env={**os.environ, **ENVIRONMENT},
            input=given,
            check=True,
            capture_output=True,
        )
        return done.stdout.decode().strip()

    def commit(self, files, *, without=(), tag=None):
        """Commit files, after others are deleted."""
        for path in without:
            self.git("rm", "-q", "-r", path)
        self.project.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a")
        if tag:
            self.git("tag", tag)

    def diff(self, *arguments, cwd=None, **environment):
        return plantrace("diff", *arguments, cwd=cwd or self.root, **environment)

    def compare(self, *arguments):
        return json.loads(self.diff(*arguments, "--format", "json").stdout)


@pytest.fixture
def repository(project):
    return Repository(project)


@pytest.fixture
def record(repository):
    """A repository with one clean task, tagged `base`."""
    repository.commit({"mkdocs.yml": CONFIGURATION, **HOME, **traced()}, tag="base")
    return repository


def rules(problems):
    return [(it["rule"], it["path"]) for it in problems]


BROKEN_LINK = {"docs/troubleshooting/a.md": "# A\n\nText.\n\n[a](nowhere.md)\n"}
BROKEN_LOG = traced("T-2", implementation_log="docs/plans/T-2/EXEC_LOGS.md")
ORPHAN = {"docs/plans/old/PLAN.md": "# Old\n\nText.\n"}


def test_text(record):
    record.commit(ORPHAN, tag="before")
    record.commit(BROKEN_LOG, without=["docs/plans/old"])

    ended = record.diff("before")

    assert ended.stdout == (
        "tasks/T-2/meta.yml:6:21: error PT104 broken-log-link: "
        "no file 'docs/plans/T-2/EXEC_LOGS.md'\n"
        "  6 | implementation_log: docs/plans/T-2/EXEC_LOGS.md\n"
        "    |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "    = did you mean 'docs/plans/T-2/EXEC_LOG.md'?\n"
        "\n"
        "Problems that are gone:\n"
        "  docs/plans/old/PLAN.md:1:1: warning PT112 orphan-plan: no task refers to this plan\n"
        "\n"
        "Tasks that changed:\n"
        "  T-2  added as completed  Title of T-2\n"
        "\n"
        "1 new problem, 1 gone, 1 task changed\n"
    )
    assert ended.stderr == ""
    assert ended.returncode == 1


def test_markdown(record):
    record.commit(ORPHAN, tag="before")
    record.commit(BROKEN_LOG, without=["docs/plans/old"])
    before, head = (record.git("rev-parse", name)[:10] for name in ("before", "HEAD"))

    ended = record.diff("before", "--format", "markdown", "--link-to", "https://h/o/n/blob/1/")

    assert ended.stdout == (
        "<!-- plantrace diff -->\n\n"
        "### Record\n\n"
        f"**1 new problem, 1 gone, 1 task changed** (`before`, `{before}` → `HEAD`, `{head}`)\n\n"
        "- ❌ [`tasks/T-2/meta.yml:6`](https://h/o/n/blob/1/tasks/T-2/meta.yml#L6) "
        "PT104 broken-log-link: `no file 'docs/plans/T-2/EXEC_LOGS.md'` "
        "(`did you mean 'docs/plans/T-2/EXEC_LOG.md'?`)\n\n"
        "<details><summary>1 problem gone</summary>\n\n"
        "- `docs/plans/old/PLAN.md` PT112 orphan-plan: `no task refers to this plan`\n\n"
        "</details>\n\n"
        "<details><summary>1 task changed</summary>\n\n"
        "- `T-2 Title of T-2`: `added as completed`\n\n"
        "</details>\n"
    )
    assert ended.returncode == 1


def test_json(record):
    record.commit(ORPHAN, tag="before")
    record.commit(BROKEN_LOG, without=["docs/plans/old"])
    checked = json.loads(plantrace("check", "--format", "json", cwd=record.root).stdout)

    found = record.compare("before")

    assert found["base"] == record.git("rev-parse", "before")
    assert found["head"] == record.git("rev-parse", "HEAD")
    assert found["status"] == "FAIL"
    assert found["problems"]["new"] == checked["problems"]
    assert rules(found["problems"]["gone"]) == [("PT112", "docs/plans/old/PLAN.md")]
    assert found["tasks"] == [
        {
            "id": "T-2",
            "title": "Title of T-2",
            "path": "tasks/T-2/meta.yml",
            "before": None,
            "after": "completed",
        }
    ]
    assert [found[name] for name in ("affected", "errors", "notes")] == [[], [], []]


def test_github_annotates_new_problems_only(record):
    record.commit(ORPHAN, tag="before")
    record.commit(BROKEN_LOG)

    ended = record.diff("before", "--format", "github")

    assert ended.stdout == (
        "::error file=tasks/T-2/meta.yml,line=6,endLine=6,col=21,endColumn=48,"
        "title=PT104 broken-log-link::no file 'docs/plans/T-2/EXEC_LOGS.md'"
        "%0Adid you mean 'docs/plans/T-2/EXEC_LOG.md'?\n"
        "1 new problem, 1 task changed\n"
    )


def test_no_difference(record):
    record.commit({"README.md": "# Test\n"})

    ended = record.diff("base")

    assert (ended.stdout, ended.returncode) == ("no difference in the record\n", 0)
    assert "**No difference in the record**" in record.diff("base", "--format", "markdown").stdout


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_a_new_warning_fails_if_strict(record, options, code):
    record.commit(ORPHAN)

    assert record.diff("base", *options).returncode == code


def test_old_problems_and_those_that_are_gone_do_not_fail(record):
    record.commit({**BROKEN_LOG, **ORPHAN}, tag="before")
    record.commit({"README.md": "# Test\n"}, tag="after")

    assert record.diff("before", "--strict").returncode == 0
    assert record.diff("after", "base", "--strict").returncode == 0


def test_a_new_problem_in_the_baseline_does_not_fail(record):
    known = "site_name: Test\nplugins:\n  - plantrace: {baseline: known.json}\n"
    record.commit({**BROKEN_LOG, "mkdocs.yml": known})
    assert plantrace("baseline", cwd=record.root).returncode == 0
    record.commit({})

    ended = record.diff("base")

    assert ended.stdout.endswith("\n1 new in the baseline, 1 task changed\n")
    assert "PT104" not in ended.stdout
    assert ended.returncode == 0
    (problem,) = record.compare("base")["problems"]["new"]
    assert (problem["rule"], problem["baselined"]) == ("PT104", True)


def test_equal_problems_are_counted(record):
    page = "# Log of T-1\n\nPlan: PLAN.md\n\n{}\n\n## Final summary\n\nDone.\n"
    path, link = "docs/plans/T-1/EXEC_LOG.md", "[a](nowhere.md)\n\n"
    record.commit({path: page.format(link * 2)}, tag="two")
    record.commit({path: page.format(link * 3)}, tag="three")

    assert rules(record.compare("base", "two")["problems"]["new"]) == [("PT108", path)] * 2
    assert rules(record.compare("two", "three")["problems"]["new"]) == [("PT108", path)]
    assert rules(record.compare("three", "two")["problems"]["gone"]) == [("PT108", path)]


MOVES = {
    "a metadata file": (BROKEN_LOG, "tasks/T-2", "tasks/phase0/T-2"),
    "a metadata file with another id": (
        {"tasks/draft/meta.yml": "title: A draft\nstatus: planned\nphase: '0'\n" + "# x\n" * 30},
        "tasks/draft",
        "tasks/other",
    ),
    "a plan": (ORPHAN, "docs/plans/old", "docs/plans/older"),
    "a page": (BROKEN_LINK, "docs/troubleshooting/a.md", "docs/troubleshooting/b.md"),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_problem_that_moves_with_its_file_is_not_new(record, name):
    files, old, new = MOVES[name]
    record.commit(files, tag="before")
    os.makedirs((record.root / new).parent, exist_ok=True)
    record.git("mv", old, new)
    record.commit({})

    found = record.compare("before")

    assert record.compare("base")["problems"]["new"] != []
    assert found["problems"] == {"new": [], "gone": []}


def test_a_problem_in_metadata_that_moves_and_changes_is_not_new(record):
    record.commit(BROKEN_LOG, tag="before")
    changed = metadata(
        "T-2",
        title="Another title",
        status="completed",
        implementation_plan="docs/plans/T-2/PLAN.md",
        implementation_log="docs/plans/T-2/EXEC_LOGS.md",
        notes=["line"] * 50,
    )
    record.commit({"tasks/phase0/T-2/meta.yml": changed}, without=["tasks/T-2"])

    assert record.git("diff", "-M", "--name-status", "before") != ""
    assert "R" not in record.git("diff", "-M", "--name-status", "before").split()[0]
    assert record.compare("before")["problems"] == {"new": [], "gone": []}


def test_statuses(record):
    record.commit(
        {
            "tasks/T-2/meta.yml": metadata("T-2"),
            "tasks/T-3/meta.yml": metadata("T-3"),
            "tasks/T-4/meta.yml": metadata("T-4", status="in_progress"),
        },
        tag="before",
    )
    record.commit(
        {
            "tasks/T-2/meta.yml": metadata("T-2", status="in_progress", title="Now"),
            "tasks/T-4/meta.yml": metadata("T-4", status="In Progress"),
            "tasks/T-10/meta.yml": metadata("T-10"),
        },
        without=["tasks/T-3"],
    )

    changes = record.compare("before")["tasks"]

    assert [(it["id"], it["title"], it["before"], it["after"]) for it in changes] == [
        ("T-2", "Now", "planned", "in_progress"),
        ("T-3", "Title of T-3", "planned", None),
        ("T-10", "Title of T-10", None, "planned"),
    ]
    assert "  T-3   removed, was planned   Title of T-3\n" in record.diff("before").stdout


def test_a_task_with_another_id_is_the_same_if_its_file_moved_with_its_title(record):
    more = {"notes": ["similar"] * 20}
    record.commit(
        {"tasks/T-2/meta.yml": metadata("T-2", title="Refund fees", **more)}, tag="before"
    )
    record.commit(
        {"tasks/U-2/meta.yml": metadata("U-2", title="Refund fees", **more)}, without=["tasks/T-2"]
    )
    record.git("tag", "renamed")
    record.commit(
        {"tasks/U-3/meta.yml": metadata("U-3", title="Refund tips", **more)}, without=["tasks/U-2"]
    )

    for one, other in (("before", "renamed"), ("renamed", "HEAD")):
        assert record.git("diff", "--name-status", one, other).startswith("R")
    assert record.compare("before", "renamed")["tasks"] == []
    assert [it["id"] for it in record.compare("renamed")["tasks"]] == ["U-2", "U-3"]


def test_a_new_problem_is_not_taken_for_one_of_a_similar_task(record):
    broken = {"depends_on": ["T-99"]}
    record.commit({"tasks/T-2/meta.yml": metadata("T-2", **broken)}, tag="before")
    record.commit({"tasks/T-3/meta.yml": metadata("T-3", **broken)}, without=["tasks/T-2"])

    assert record.git("diff", "--name-status", "before").startswith("R")
    assert rules(record.compare("before")["problems"]["new"]) == [("PT110", "tasks/T-3/meta.yml")]


def test_affected_tasks(record):
    def tasks(**statuses):
        needs = {
            "T-2": ["T-1"],
            "T-3": ["T-2"],
            "T-4": ["T-1", "T-5"],
            "T-6": ["T-1"],
            "T-7": ["T-9"],
            "T-8": ["T-1"],
        }
        return {
            f"tasks/{task}/meta.yml": metadata(task, status=status, depends_on=needs.get(task, []))
            for task, status in {f"T-{key[1:]}": status for key, status in statuses.items()}.items()
        }

    others = tasks(
        **dict.fromkeys(("t2", "t3", "t4", "t5", "t7"), "planned"), t6="completed", t8="active"
    )
    record.commit({**others, **tasks(t1="active", t9="planned")}, tag="before")
    record.commit(tasks(t1="completed"), without=["tasks/T-9"])

    affected = record.compare("before")["affected"]
    text = re.sub(" +", " ", record.diff("before").stdout)

    assert [
        (it["id"], it["cause"], it["direct"], it["ready"], it["waits_for"]) for it in affected
    ] == [
        ("T-2", "T-1", True, True, []),
        ("T-4", "T-1", True, False, ["T-5"]),
        ("T-7", "T-9", True, False, ["T-9"]),
        ("T-8", "T-1", True, False, []),
        ("T-3", "T-1", False, False, ["T-2"]),
    ]
    assert " T-2 depends on T-1; may start now Title of T-2\n" in text
    assert " T-3 depends indirectly on T-1; waits for T-2 Title of T-3\n" in text
    assert "5 tasks affected\n" in text


def test_errors_known_for_the_changed_files(record):
    record.commit(
        {
            **met("T-2", "seats vanish", touches=["src/seats.py"]),
            **met("T-3", "fares vanish", touches=["src/fares/"]),
            **met("T-4", "ports vanish", touches=["lib/ports.py"]),
            "tasks/T-5/meta.yml": metadata("T-5", touches=["lib/ports.py"]),
            "src/seats.py": "",
            "src/fares/a.py": "",
            "lib/ports.py": "",
        },
        tag="before",
    )
    record.commit(
        {
            "src/seats.py": "1",
            "src/fares/a.py": "1",
            **met("T-6", "a new error", touches=["src/seats.py"]),
        },
        tag="after",
    )
    record.commit({"tasks/T-5/meta.yml": metadata("T-5", touches="lib/ports.py", status="active")})

    errors = record.compare("before", "after")["errors"]
    text = record.diff("before", "after").stdout
    comment = record.diff("before", "after", "--format", "markdown").stdout

    assert [(it["error"], it["tasks"], it["touches"]) for it in errors] == [
        ("seats vanish", ["T-2"], "src/seats.py"),
        ("fares vanish", ["T-3"], "src/fares/a.py"),
    ]
    assert errors[0]["fix"] == "mended it"
    assert (errors[0]["path"], errors[0]["line"]) == ("docs/plans/T-2/EXEC_LOG.md", 11)
    assert (
        "Errors known for the changed files:\n"
        "  seats vanish  (fixed; T-2 touches src/seats.py)\n"
        "    fix: mended it\n"
        "    logged in docs/plans/T-2/EXEC_LOG.md:11\n"
    ) in text
    assert (
        "<details><summary>2 errors known for the changed files</summary>\n\n"
        "- `seats vanish` (fixed); fix: `mended it`; `docs/plans/T-2/EXEC_LOG.md:11`\n"
    ) in comment
    assert [it["error"] for it in record.compare("after")["errors"]] == ["ports vanish"]


def test_only_what_is_committed_counts(record):
    record.project.write({**BROKEN_LOG, "mkdocs.yml": "{"})
    record.git("add", "-A")

    assert record.diff("base").stdout == "no difference in the record\n"


def test_merge_base(record):
    record.commit(ORPHAN)
    record.git("checkout", "-q", "-b", "branch", "base")
    record.commit(BROKEN_LINK)

    direct = record.compare("main", "branch")
    merged = record.compare("--merge-base", "main")

    assert rules(direct["problems"]["gone"]) == [("PT112", "docs/plans/old/PLAN.md")]
    assert merged["problems"]["gone"] == []
    assert rules(merged["problems"]["new"]) == [("PT108", "docs/troubleshooting/a.md")]
    assert merged["base"] == record.git("rev-parse", "base")


def test_a_project_in_a_folder_of_the_repository(repository):
    files = {"mkdocs.yml": CONFIGURATION, **HOME, **BROKEN_LOG, **BROKEN_LINK}
    repository.commit({"mkdocs.yml": "{", **{f"site/{path}": it for path, it in files.items()}})
    repository.git("tag", "before")
    os.makedirs(repository.root / "site/tasks/phase0")
    repository.git("mv", "site/tasks/T-2", "site/tasks/phase0/T-2")
    pages = "site/docs/troubleshooting"
    repository.git("mv", f"{pages}/a.md", f"{pages}/b.md")
    repository.commit({f"site/{path}": text for path, text in ORPHAN.items()})

    inside = repository.diff("before", "--format", "json", cwd=repository.root / "site/docs")
    outside = repository.diff("before", "-f", "site/mkdocs.yml", "--format", "github", "--strict")

    assert json.loads(inside.stdout)["problems"]["gone"] == []
    assert rules(json.loads(inside.stdout)["problems"]["new"]) == [
        ("PT112", "docs/plans/old/PLAN.md")
    ]
    assert outside.stdout.startswith("::warning file=site/docs/plans/old/PLAN.md,line=1,")


@pytest.mark.parametrize(
    "before", [{}, {"mkdocs.yml": "site_name: Test\n"}], ids=["nothing", "no plugin"]
)
def test_a_base_without_a_record_is_empty(repository, before):
    repository.commit(before, tag="before")
    repository.commit({"mkdocs.yml": CONFIGURATION, **HOME, **BROKEN_LOG})
    note = "has no configuration and no known layout, so it counts as empty"

    text, comment = (repository.diff("before", "--format", it) for it in ("text", "markdown"))

    assert text.stdout.endswith(f"\n'before' {note}\n1 new problem, 1 task changed\n")
    assert f"\n\n`before` {note}\n\n" in comment.stdout
    assert repository.compare("before")["notes"] == [f"'before' {note}"]
    assert text.returncode == 1
    back = repository.diff("HEAD", "before")
    assert back.stdout.endswith("\n1 gone, 1 task changed\n")
    assert back.returncode == 0


def test_a_layout_needs_no_configuration(repository):
    proposal = "# Change: Add it\n\n## Why\n\nText.\n"
    repository.commit({"openspec/changes/add-it/proposal.md": proposal}, tag="before")
    repository.git("mv", "openspec/changes/add-it", "openspec/changes/2026-03-01-add-it")
    repository.commit({})
    os.makedirs(repository.root / "openspec/changes/archive")
    repository.git(
        *("mv", "openspec/changes/2026-03-01-add-it"),
        "openspec/changes/archive/2026-03-01-add-it",
    )
    repository.commit({})

    ended = repository.diff("before", "--format", "json")

    (change,) = json.loads(ended.stdout)["tasks"]
    assert (change["id"], change["before"], change["after"]) == ("add-it", "active", "completed")
    assert ended.stderr == (
        "plantrace: no configuration in 'before'; recognized the layout 'openspec' (OpenSpec)\n"
        "plantrace: no configuration in 'HEAD'; recognized the layout 'openspec' (OpenSpec)\n"
    )


def refuse(ended):
    """Why a command that cannot do its work ends."""
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "plantrace-" not in ended.stderr  # the temporary folder
    return ended.stderr.removeprefix("plantrace: ").rstrip("\n")


@pytest.mark.parametrize(
    "revision", ["nope", "base..HEAD", "^base", "base:mkdocs.yml", "", "ä", "base^9"]
)
def test_a_wrong_revision(record, revision):
    assert refuse(record.diff("base", revision)) == f"no commit '{revision}'"


def test_a_revision_is_never_an_option(record):
    assert refuse(record.diff("--", "--all")) == "no commit '--all'"
    assert "No such option" in record.diff("--all").stderr


def test_a_branch_that_only_the_remote_has(record):
    record.git("update-ref", "refs/remotes/origin/feature", "HEAD")

    assert refuse(record.diff("feature")) == ("no commit 'feature'; did you mean 'origin/feature'?")


def test_commits_without_a_common_one(record):
    record.git("checkout", "-q", "--orphan", "other")
    record.commit({"README.md": "# Test\n"})

    assert refuse(record.diff("--merge-base", "main")) == "the two commits have no common ancestor"


def test_neither_has_a_record(repository):
    repository.commit({"README.md": "# Test\n"})

    assert refuse(repository.diff("HEAD")) == (
        "neither 'HEAD' nor 'HEAD' has a configuration with plantrace or a known layout; "
        "'plantrace init' sets up a project"
    )


def test_no_repository(project):
    project.configure()

    assert refuse(plantrace("diff", "HEAD", cwd=project.root)) == (
        f"'{project.root}' is not in a Git repository"
    )


def test_no_git(record):
    assert (
        refuse(record.diff("base", PATH=os.devnull)) == "git cannot be run, or did not end in time"
    )


def test_a_shallow_clone(record, tmp_path):
    first = record.git("rev-parse", "HEAD")
    record.commit({"README.md": "# Test\n"})
    record.git("clone", "-q", "--depth", "1", f"file://{record.root}", str(tmp_path / "clone"))

    assert refuse(record.diff(first, cwd=tmp_path / "clone")) == (
        f"no commit '{first}'; the clone is shallow: 'git fetch --unshallow' gets all commits"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows may refuse symbolic links")
@pytest.mark.parametrize(
    ("configuration", "reason"),
    [
        ("plugins: {plantrace: {root: ..}}", "option 'root': '..' is outside the repository"),
        ("plugins: {plantrace: {root: /etc}}", "option 'root': '/etc' is outside the repository"),
        ("plugins: {plantrace: {root: out}}", "option 'root': 'out' is outside the repository"),
        ("plugins: {plantrace: {root: gone}}", "option 'root': no folder 'gone'"),
        ("plugins: {plantrace: {tasks: 1}}", "mkdocs.yml: option 'tasks': "),
        ("plugins: [plantrace]\ndocs_dir: ../x", "option 'root': docs_dir '../x' is not inside"),
        ("plugins: [plantrace]\nINHERIT: ../x.yml", "../x.yml: the file cannot be read"),
        ("plugins: [", "mkdocs.yml:2:1: "),
        (None, "mkdocs.yml is a link out of the repository"),
    ],
)
def test_a_configuration_that_cannot_be_used(record, configuration, reason):
    os.symlink("/etc", record.root / "out")
    if configuration is None:
        (record.root / "mkdocs.yml").unlink()
        os.symlink("/etc/hostname", record.root / "mkdocs.yml")
    else:
        record.project.write({"mkdocs.yml": f"{configuration}\n"})
    record.commit({})

    assert refuse(record.diff("base")).startswith(f"HEAD: {reason}")


def test_evidence_is_not_written(record):
    record.commit(
        {"mkdocs.yml": "site_name: T\nplugins:\n  - plantrace: {evidence: evidence.json}\n"}
    )
    before = sorted(os.listdir(record.root))

    assert record.diff("base").returncode == 0
    assert sorted(os.listdir(record.root)) == before
    assert record.git("status", "--porcelain") == ""


def make_tree(record, *entries):
    """A tree as no command of git would write it: entries of mode, name and content."""
    objects = b""
    for mode, name, content in entries:
        if mode == b"40000":
            identity = content
        else:
            identity = record.git("hash-object", "-w", "--stdin", given=content)
        objects += mode + b" " + name + b"\0" + bytes.fromhex(identity)
    return record.git(*("hash-object", "-t", "tree", "-w", "--stdin", "--literally"), given=objects)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not have such names")
def test_a_hostile_tree_writes_nowhere_else(record, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    target = os.fsencode(outside)
    inner = make_tree(record, (b"100644", b"stolen", b"x"), (b"120000", b"link", target))
    file = (b"100644", b"x", b"x")
    tree = make_tree(
        record,
        (b"120000", b"a", target),
        (b"40000", b"a", inner),
        (b"40000", b"b", inner),
        (b"120000", b"b", target),
        (b"40000", b"..", make_tree(record, file)),
        (b"40000", b".git", make_tree(record, (b"100644", b"config", b"x"))),
        (b"40000", b".GIT", make_tree(record, (b"100644", b"config", b"x"))),
        (b"100644", b".", b"x"),
        (b"120000", b"nul", b"a\0b"),
        (b"120000", b"none", b""),
        (b"120000", b"self", b"self"),
        (b"100644", b"y" * 300, b"x"),
        (b"100644", b"back\\slash", b"x"),
        (b"100644", b"\xff", b"x"),
        (b"160000", b"module", b"x"),
        (b"100755", b"program", b"x"),
        (b"100644", b"mkdocs.yml", CONFIGURATION.encode()),
        (b"40000", b"docs", make_tree(record, (b"100644", b"index.md", b"# Home\n"))),
    )
    commit = record.git("commit-tree", "-m", "a", tree)
    folder = tmp_path / "temporary"
    folder.mkdir()

    write_tree(record.root, commit, folder)

    found = {os.path.relpath(os.path.join(top, name), folder): os.path.join(top, name)
             for top, folders, files in os.walk(folder) for name in [*folders, *files]}  # fmt: skip
    assert os.listdir(outside) == []
    assert sorted(os.listdir(tmp_path)) == sorted(
        ["outside", "temporary", ".git", "docs", "mkdocs.yml", "tasks"]
    )
    assert sorted(name for name, path in found.items() if os.path.islink(path)) == [
        *("a/link", "b/link", "self")
    ]
    assert sorted(name for name in found if not os.path.islink(found[name])) == sorted(
        [
            *("a", "a/stolen", "b", "b/stolen", "back\\slash", "docs", "docs/index.md"),
            *("mkdocs.yml", "module", "program", os.fsdecode(b"\xff")),
        ]
    )
    assert record.diff("base", commit).returncode in (0, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count blocks differently")
def test_a_large_file_is_not_copied(record, tmp_path):
    record.project.write({"docs/troubleshooting/large.md": b"#" * (16 * 1024 * 1024 + 1)})
    record.commit({})
    folder = tmp_path / "temporary"
    folder.mkdir()

    write_tree(record.root, "HEAD", folder)

    copied = (folder / "docs/troubleshooting/large.md").stat()
    assert (copied.st_size, copied.st_blocks) == (16 * 1024 * 1024 + 1, 0)
    checked = json.loads(plantrace("check", "--format", "json", cwd=record.root).stdout)
    assert [it["path"] for it in checked["problems"]] == ["docs/troubleshooting/large.md"]
    assert record.compare("base")["problems"]["new"] == checked["problems"]


def test_a_content_that_the_repository_lacks(record):
    record.commit({"docs/a.md": "# A\n"})
    name = record.git("rev-parse", "HEAD:docs/a.md")
    (record.root / ".git/objects" / name[:2] / name[2:]).unlink()

    assert refuse(record.diff("base")) == (
        "HEAD: the content of 'docs/a.md' is not in the repository"
    )


def test_nothing_of_the_configuration_of_the_repository_runs(record):
    program = record.root / ".git/program"
    program.write_text(f"#!/bin/sh\necho ran >> {record.root}/.git/ran\n")
    program.chmod(0o755)
    hooks = record.root / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"):
        shutil.copy(program, hooks / name)
    attributes = "* filter=evil diff=evil merge=evil text working-tree-encoding=UTF-16\n"
    record.commit({**BROKEN_LINK, ".gitattributes": "* filter=evil diff=evil\n"})
    (record.root / ".git/info").mkdir(exist_ok=True)
    (record.root / ".git/info/attributes").write_text(attributes)
    for key in (
        *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass"),
        *("core.gitProxy", "core.alternateRefsCommand", "diff.external", "gpg.program"),
        *("filter.evil.clean", "filter.evil.smudge", "filter.evil.process"),
        *("diff.evil.textconv", "diff.evil.command", "merge.evil.driver", "credential.helper"),
        *("pager.diff-tree", "pager.ls-tree", "pager.rev-parse", "uploadpack.packObjectsHook"),
    ):
        record.git("config", key, str(program))
    for name in ("diff-tree", "ls-tree", "cat-file", "rev-parse", "merge-base"):
        record.git("config", f"alias.{name}", f"!{program}")
    for key in ("filter.evil.required", "log.showSignature", "diff.mnemonicPrefix"):
        record.git("config", key, "true")
    (record.root / ".git/ran").unlink(missing_ok=True)

    found = record.compare("base", "--merge-base")

    assert rules(found["problems"]["new"]) == [("PT108", "docs/troubleshooting/a.md")]
    assert not (record.root / ".git/ran").exists()
    subprocess.run(["git", "status"], cwd=record.root, check=False, capture_output=True)  # noqa: S607
    assert (record.root / ".git/ran").exists()  # so the programs are in the way of other commands


def test_the_temporary_folder_is_removed(record, tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    record.commit(BROKEN_LOG, tag="broken")
    record.commit({"mkdocs.yml": "["})

    codes = [
        record.diff("base", name, TMPDIR=str(folder)).returncode for name in ("broken", "HEAD")
    ]

    assert codes == [1, 2]
    assert os.listdir(folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_temporary_folder_is_removed_after_a_signal(record, tmp_path, number):
    folder = tmp_path / "temporary"
    folder.mkdir()
    files = {f"docs/{n}.md": f"# Page {n}\n\n[a](nowhere.md)\n" * 20 for n in range(300)}
    record.commit(files)
    running = subprocess.Popen(
        [COMMAND, "diff", "base"],
        cwd=record.root,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while running.poll() is None and not os.listdir(folder):
        time.sleep(0.001)
    running.send_signal(number)
    _, errors = running.communicate()

    assert running.returncode == 128 + number
    assert b"Traceback" not in errors
    assert os.listdir(folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is that of POSIX")
def test_a_full_disk(record, tmp_path):
    resource = pytest.importorskip("resource")
    folder = tmp_path / "temporary"
    folder.mkdir()
    record.commit({"docs/a.md": "# A\n\n" + "Text.\n" * 1000})

    ended = subprocess.run(
        [COMMAND, "diff", "base"],
        cwd=record.root,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        capture_output=True,
        check=False,
        text=True,
    )

    assert refuse(ended) == "HEAD: its files cannot be written: File too large"
    assert os.listdir(folder) == []


HOSTILE = [
    "</details><script>alert(1)</script>",
    "@somebody #1 `code` ``two`` ![](x)",
    "a\n\n</details>\n\n# Heading",
    "<!-- | --> \u202e \u200b [a](https://example.org)",
    "`",
    "x" * 5000,
]


def test_texts_of_people_cannot_leave_their_code_spans(record):
    record.commit(
        {
            f"tasks/H-{number}/meta.yml": metadata(
                f"H-{number}", title=text, status=text, implementation_plan=text
            )
            for number, text in enumerate(HOSTILE)
        }
    )

    comment = record.diff("base", "--format", "markdown").stdout

    html = markdown_html(comment)
    outside = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    assert comment.count("</details>\n") == comment.count("<details>") == 1
    assert all(word in html for word in ("&lt;script&gt;", "@somebody #1", "&lt;/details&gt;"))
    assert not any(sign in outside for sign in ("@", "script", "Heading", "href", "img", "\u202e"))
    assert max(map(len, comment.splitlines())) < 1500


def markdown_html(text):
    return pyromark.html(text)


def test_a_comment_has_a_largest_length(record):
    name = "ä" * 80
    record.commit(
        {f"tasks/{name}-{n}/meta.yml": metadata(f"{name}-{n}", phase=None) for n in range(700)}
    )

    comment = record.diff("base", "--format", "markdown").stdout

    shown, more = len(re.findall("^- ❌", comment, re.MULTILINE)), re.search(
        r"^- and (\d+) more$", comment, re.MULTILINE
    )  # fmt: skip
    assert len(comment) < 60_000
    assert shown + int(more[1]) == 700
