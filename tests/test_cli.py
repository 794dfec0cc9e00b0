"""The real command, as a stranger would run it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Project, metadata, traced
from test_golden import CASES, load

REPOSITORY = Path(__file__).parent.parent
COMMAND = Path(sys.executable).with_name("plantrace")


def plantrace(*arguments, cwd, **environment):
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def findings(text):
    return re.findall(r"^\S+:\d+:\d+: (?:error|warning) PT.*", text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_check_finds_what_the_build_finds(path, tmp_path):
    case = load(path)
    project = Project(
        root=tmp_path / "checkout", options=case.get("options", {}), site=case.get("site", {})
    )
    project.write(case["files"])
    project.configure()

    ended = plantrace("check", cwd=project.root)

    assert findings(ended.stdout) == findings(case["report"])
    assert ended.returncode == (1 if ": error PT" in case["report"] else 0)
    assert ended.stderr == ""


def test_check_prints_place_excerpt_hint_and_summary(project):
    project.write(traced(implementation_log="docs/plans/T-1/EXEC_LOGS.md"))
    project.configure()

    ended = plantrace("check", cwd=project.root)

    assert ended.returncode == 1
    assert ended.stdout.endswith(
        "tasks/T-1/meta.yml:6:21: error PT104 broken-log-link:"
        " no file 'docs/plans/T-1/EXEC_LOGS.md'\n"
        "  6 | implementation_log: docs/plans/T-1/EXEC_LOGS.md\n"
        "    |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "    = did you mean 'docs/plans/T-1/EXEC_LOG.md'?\n"
        "1 error, 1 warning in 1 task and 2 documents\n"
    )


def test_the_example_site_is_clean():
    ended = plantrace("check", "--strict", cwd=REPOSITORY)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_strict_lets_warnings_fail(project):
    project.write({**traced(), "docs/old/PLAN.md": "# Old\n"})
    project.configure()

    assert plantrace("check", cwd=project.root).returncode == 0
    assert plantrace("check", "--strict", cwd=project.root).returncode == 1


def test_paths_narrow_what_is_reported_from_any_folder(project):
    project.write(traced("T-1", depends_on=["X"]))
    project.write(traced("T-2", depends_on=["X"]))
    project.configure()

    whole = plantrace("check", cwd=project.root)
    one = plantrace("check", "tasks/T-2", cwd=project.root)
    elsewhere = plantrace("check", "-f", "../mkdocs.yml", "T-1", cwd=project.root / "tasks")
    clean = plantrace("check", "docs", cwd=project.root)

    assert len(findings(whole.stdout)) == 2
    assert [line[:7] + line[7:10] for line in findings(one.stdout)] == ["tasks/T-2/"]
    assert [line[:10] for line in findings(elsewhere.stdout)] == ["tasks/T-1/"]
    assert (clean.returncode, findings(clean.stdout)) == (0, [])


def test_neither_mkdocs_nor_templates_are_loaded(project):
    project.write(traced())
    project.configure()
    program = (
        "import sys\n"
        "from mkdocs_plantrace.cli import main\n"
        "main(['check'], standalone_mode=False)\n"
        "print([name for name in ('mkdocs', 'jinja2', 'markdown') if name in sys.modules])\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stdout.endswith("[]\n"), ended.stderr


def test_inherit_env_and_unknown_tags(project):
    project.write(traced(status="shipped"))
    project.write(
        {
            "base/common.yml": "plugins:\n  plantrace:\n    statuses: {shipped: completed}\n"
            "    rules: !ENV [RULES, {PT001: error}]\ndocs_dir: nowhere\n",
            "mkdocs.yml": "INHERIT: base/common.yml\nsite_name: !!python/name:os.system\n"
            "docs_dir: docs\nx: !custom [1]\n"
            "plugins: {plantrace: {autolink: !ENV [AUTOLINK, true]}}\n",
        }
    )

    good = plantrace("check", "--strict", cwd=project.root)
    bad = plantrace("check", cwd=project.root, AUTOLINK="perhaps")

    assert (good.returncode, good.stderr) == (0, "")
    assert bad.returncode == 2
    assert "option 'autolink': expected true or false, found 'perhaps'" in bad.stderr


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        (None, "mkdocs.yml: the file cannot be read: No such file or directory"),
        ("plugins: [search]\n", "mkdocs.yml: there is no 'plantrace' under 'plugins'"),
        ("plugins:\n  - plantrace: 3\n", "the options of plantrace are no mapping"),
        ("plugins: [plantrace\n", "mkdocs.yml:2:1: expected ',' or ']'"),
        ("- a\n", "mkdocs.yml: the file holds no mapping"),
        ("INHERIT: mkdocs.yml\n", "mkdocs.yml: INHERIT leads back to the same file"),
        ("INHERIT: gone.yml\n", "gone.yml: the file cannot be read"),
        ("docs_dir: 3\nplugins: [plantrace]\n", "mkdocs.yml: docs_dir must be text, found 3"),
        ("plugins: [{plantrace: {tsks: x, nav: 1}}]\n", "did you mean 'tasks'?"),
        ("plugins: [{plantrace: {tsks: x, nav: 1}}]\n", "option 'nav': expected pruned"),
        ("docs_dir: ../x\nplugins: [plantrace]\n", "does not lie inside the project root"),
        ("x: !!int ''\nplugins: [plantrace]\n", "mkdocs.yml: "),
        ("exclude_docs: '!'\nplugins: [plantrace]\n", "exclude_docs or draft_docs: "),
        ("a: \x00\n", "mkdocs.yml: "),
        ("a: " + "[" * 5000, "mkdocs.yml"),
    ],
)
def test_a_wrong_configuration_ends_with_2_and_says_why(project, configuration, message):
    project.write({"tasks/T/meta.yml": metadata()})
    if configuration is not None:
        project.write({"mkdocs.yml": configuration})

    ended = plantrace("check", cwd=project.root)

    assert ended.returncode == 2
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "No such command 'chek'"),
        (["check", "--strct"], "No such option"),
        (["check", "gone.md"], "there is no file or folder 'gone.md'"),
        (["explain", "PT999"], "there is no rule 'PT999'; the rules are PT001 invalid-yaml"),
        (["explain"], "Missing argument 'RULE'"),
    ],
)
def test_wrong_arguments_end_with_2_and_say_why(project, arguments, message):
    project.write(traced())
    project.configure()

    ended = plantrace(*arguments, cwd=project.root)

    assert ended.returncode == 2
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_explain_tells_what_why_example_and_fix(tmp_path):
    by_code = plantrace("explain", "pt104", cwd=tmp_path)
    by_name = plantrace("explain", "broken-log-link", cwd=tmp_path)

    assert by_code.returncode == 0
    assert by_code.stdout == by_name.stdout
    assert by_code.stdout.startswith("PT104 broken-log-link (error by default)\n\nFinds ")
    assert all(word in by_code.stdout for word in ("\nWhy: ", "\nExample:\n", "\nFix: "))


def test_help_names_commands_and_exit_codes(tmp_path):
    ended = plantrace("--help", cwd=tmp_path)

    assert ended.returncode == 0
    assert all(word in ended.stdout for word in ("check", "explain", "Exit codes: 0"))


def test_the_report_does_not_depend_on_the_order_of_hashes(project):
    tasks = [f"T-{n}" for n in range(12)]
    project.write({f"tasks/{t}/meta.yml": metadata(t, depends_on=tasks[::-1]) for t in tasks})
    project.write({f"docs/plans/{t}/PLAN.md": f"# {t}\n\n{' '.join(tasks)}\n" for t in tasks})
    project.write({f"tasks/{t}x/meta.yml": metadata(f"{t}x", depends_on=["T-x"]) for t in tasks})
    project.configure()

    reports = {
        plantrace("check", cwd=project.root, PYTHONHASHSEED=str(seed)).stdout for seed in range(5)
    }

    assert len(reports) == 1


def test_output_may_be_cut_short(project):
    project.write({f"tasks/{n}/meta.yml": metadata(f"T-{n}", depends_on=["X"]) for n in range(400)})
    project.configure()

    ended = subprocess.run(
        f"'{COMMAND}' check | head -1",
        shell=True,
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "unknown-task" in ended.stdout
    assert ended.stderr == ""
