"""The real command, as a stranger would run it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import warm_command
import yaml
from conftest import Project, metadata, traced
from jsonschema import Draft7Validator
from test_golden import CASES, load

from mkdocs_plantrace.checks.catalogue import CATALOGUE

REPOSITORY = Path(__file__).parent.parent
COMMAND = Path(sys.executable).with_name("plantrace")


def plantrace(*arguments, cwd, stdin="", **environment):
    """The command as it ended."""
    given = stdin if isinstance(stdin, bytes) else stdin.encode()
    return _run(COMMAND, arguments, cwd, given, environment)


def run_mkdocs(*arguments, cwd, **environment):
    """The command of MkDocs as it ended."""
    return _run(COMMAND.with_name("mkdocs"), arguments, cwd, b"", environment)


def _run(command, arguments, cwd, stdin, environment):
    """The command as it ended, in a process of its own if a variable is one of Python's."""
    variables = {**os.environ, **environment}
    is_fresh = any(name.startswith("PYTHON") for name in environment)
    if hasattr(os, "fork") and not is_fresh:
        ended = warm_command.run(command, arguments, cwd, stdin, variables)
    else:
        ended = subprocess.run(
            [command, *arguments],
            cwd=cwd,
            capture_output=True,
            check=False,
            input=stdin,
            env=variables,
        )
    ended.stdout, ended.stderr = ended.stdout.decode(), ended.stderr.decode()
    return ended


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
        "1 error, 0 warnings in 1 task and 2 documents\n"
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
        ("plugins: [search]\n", "mkdocs.yml: there is no 'plantrace' in 'plugins'"),
        ("plugins:\n  - plantrace: 3\n", "the options of plantrace are not a mapping"),
        (
            "plugins: [plantrace\n",
            "mkdocs.yml:2:1: while parsing a flow sequence: expected ',' or ']'",
        ),
        ("- a\n", "mkdocs.yml: the file is not a mapping"),
        ("INHERIT: mkdocs.yml\n", "mkdocs.yml: INHERIT refers to the same file again"),
        ("INHERIT: gone.yml\n", "gone.yml: the file cannot be read"),
        ("docs_dir: 3\nplugins: [plantrace]\n", "mkdocs.yml: docs_dir must be text, found 3"),
        ("plugins: [{plantrace: {tsks: x, nav: 1}}]\n", "did you mean 'tasks'?"),
        ("plugins: [{plantrace: {tsks: x, nav: 1}}]\n", "option 'nav': expected pruned"),
        ("docs_dir: ../x\nplugins: [plantrace]\n", "is not inside the project root"),
        ("x: !!int ''\nplugins: [plantrace]\n", "mkdocs.yml: "),
        ("exclude_docs: '!'\nplugins: [plantrace]\n", "exclude_docs or draft_docs: "),
        ("a: \x00\n", "mkdocs.yml:1:4: the character U+0000 is not allowed"),
        ("a: " + "[" * 5000, "mkdocs.yml"),
    ],
)
def test_a_wrong_configuration_ends_with_2_and_says_why(project, configuration, message):
    project.write({"tasks/T/meta.yml": metadata(), "docs/a.md": "# A\n"})
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
        (["check", "gone.md"], "no file or folder 'gone.md'"),
        (["explain", "PT999"], "no rule 'PT999'\nplantrace: 'plantrace explain' lists all rules\n"),
    ],
)
def test_wrong_arguments_end_with_2_and_say_why(project, arguments, message):
    project.write(traced())
    project.configure()

    ended = plantrace(*arguments, cwd=project.root)

    assert ended.returncode == 2
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("broken-link", {"broken-log-link", "broken-plan-link"}),
        ("borken-log-link", {"broken-log-link"}),
        ("evidence", {"missing-evidence", "invalid-evidence", "failing-evidence"}),
        ("Missing_Pln", {"missing-plan"}),
        ("orphan", {"orphan-plan", "orphan-log"}),
        ("P104", {"broken-log-link"}),
        ("PT1004", {"broken-log-link"}),
        ("10", {"outside-root"}),
        ("nonsense-word", set()),
        ("", set()),
        ("…", set()),
    ],
)
def test_a_wrong_rule_names_near_ones_on_lines_of_their_own(tmp_path, written, near):
    ended = plantrace("explain", written, cwd=tmp_path)

    first, *lines, last = ended.stderr.removesuffix("\n").split("\n")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert first.startswith(f"plantrace: no rule '{written}'")
    assert near <= {line.split()[-1] for line in lines} or (written == "10" and lines)
    assert len(lines) <= 6
    assert bool(lines) is bool(near)
    assert last == "plantrace: 'plantrace explain' lists all rules"
    assert max(map(len, ended.stderr.split("\n"))) < 100


@pytest.mark.parametrize("written", ["e", "in", "x"])
def test_explain_suggests_nothing_for_a_letter(tmp_path, written):
    assert "did you mean" not in plantrace("explain", written, cwd=tmp_path).stderr


def test_a_folder_that_was_deleted_is_said_to_be(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); os.execv(sys.argv[1], sys.argv[1:])"
    ended = subprocess.run(
        [sys.executable, "-c", code, COMMAND, "check"],
        cwd=gone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False)
    assert "the current folder does not exist any more" in ended.stderr


def test_explain_without_a_rule_lists_all_in_a_table(tmp_path):
    ended = plantrace("explain", cwd=tmp_path)

    assert (ended.returncode, ended.stderr) == (0, "")
    header, *lines = ended.stdout.splitlines()
    assert header.split() == ["code", "name", "default", "reports"]
    rows = [line.split(maxsplit=3) for line in lines[: len(CATALOGUE)]]
    assert [(code, name) for code, name, *_ in rows] == [(it.code, it.name) for it in CATALOGUE]
    assert {severity for _, _, severity, _ in rows} == {"error", "warning", "off"}
    assert max(map(len, ended.stdout.splitlines())) < 120
    start = header.index("reports")
    assert all(line[start - 1] == " " and line[start] != " " for line in lines[: len(CATALOGUE)])


@pytest.mark.parametrize(
    ("files", "arguments", "is_told"),
    [
        ({"docs/old/PLAN.md": "# Old\n"}, ["--strict"], True),
        ({"docs/old/PLAN.md": "# Old\n"}, [], False),
        ({}, ["--strict"], False),
        ({"tasks/T-2/meta.yml": metadata("T-2", depends_on=["X"])}, ["--strict"], False),
    ],
)
def test_a_strict_failure_says_that_strict_caused_it(project, files, arguments, is_told):
    project.write({**traced(), **files})
    project.configure()

    ended = plantrace("check", *arguments, cwd=project.root)

    last = ended.stdout.splitlines()[-1]
    assert ("--strict turns warnings into a failure" in last) is is_told
    records = project.build(strict=bool(arguments)).records
    assert any("--strict turns warnings into a failure" in text for _, text in records) is is_told


def test_explain_tells_what_why_example_and_fix(tmp_path):
    by_code = plantrace("explain", "pt104", cwd=tmp_path)
    by_name = plantrace("explain", "broken-log-link", cwd=tmp_path)

    assert by_code.returncode == 0
    assert by_code.stdout == by_name.stdout
    assert by_code.stdout.startswith(
        "PT104 broken-log-link (error by default)\n\nThis rule reports "
    )
    assert all(word in by_code.stdout for word in ("\nWhy: ", "\nExample:\n", "\nFix: "))


def test_explain_tells_the_severity_that_a_project_has_chosen(project):
    project.options = {"rules": {"orphan-plan": "off"}}
    project.configure()

    ended = plantrace("explain", "PT112", cwd=project.root)

    assert ended.stdout.startswith("PT112 orphan-plan (off in this project, warning by default)\n")


def test_a_narrowed_test_report_tells_no_passes_of_other_tasks(project):
    project.write({**traced("T-1", depends_on=["X"]), **traced("T-2")})
    project.configure()

    ended = plantrace("check", "docs", "tasks/T-2", "--format", "junit", cwd=project.root)

    assert 'classname="plantrace.T-2"' in ended.stdout
    assert "T-1" not in ended.stdout


def test_help_names_commands_and_exit_codes(tmp_path):
    ended = plantrace("--help", cwd=tmp_path)

    assert ended.returncode == 0
    assert all(
        f"\n  {word} " in ended.stdout
        for word in ("check", "next", "show", "explain", "export", "baseline", "schema")
    )
    assert "\n    plantrace explain PT104     " in ended.stdout
    assert "Exit codes: 0" in ended.stdout


def test_the_report_does_not_depend_on_the_order_of_hashes(project):
    tasks = [f"T-{n}" for n in range(12)]
    project.write({f"tasks/{t}/meta.yml": metadata(t, depends_on=tasks[::-1]) for t in tasks})
    project.write({f"docs/plans/{t}/PLAN.md": f"# {t}\n\n{' '.join(tasks)}\n" for t in tasks})
    project.write({f"tasks/{t}x/meta.yml": metadata(f"{t}x", depends_on=["T-x"]) for t in tasks})
    project.configure()

    reports = {
        plantrace("check", cwd=project.root, PYTHONHASHSEED=str(seed)).stdout for seed in range(3)
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


def test_colours_are_for_terminals_and_for_those_who_ask(project):
    project.write(traced(implementation_log="gone.md"))
    project.configure()

    piped = plantrace("check", cwd=project.root)
    forced = plantrace("check", cwd=project.root, FORCE_COLOR="1")
    refused = plantrace("check", cwd=project.root, FORCE_COLOR="1", NO_COLOR="1")

    assert "\x1b[" not in piped.stdout
    assert "\x1b[31m\x1b[1merror\x1b[0m" in forced.stdout
    assert re.sub(r"\x1b\[\d*m", "", forced.stdout) == piped.stdout == refused.stdout


def test_colours_on_a_terminal(project):
    project.write(traced(implementation_log="gone.md"))
    project.configure()
    program = (
        "import os, pty, sys\n"
        f"sys.exit(os.waitstatus_to_exitcode(pty.spawn([{str(COMMAND)!r}, 'check'])))\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={key: value for key, value in os.environ.items() if key != "NO_COLOR"},
    )

    assert ended.returncode == 1
    assert "\x1b[31m\x1b[1merror\x1b[0m" in ended.stdout


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit"])
def test_output_goes_to_a_file_and_a_summary_to_the_terminal(project, form):
    project.write(traced(depends_on=["X"]))
    project.configure()

    printed = plantrace("check", "--format", form, cwd=project.root)
    written = plantrace("check", "--format", form, "-o", "out/report", cwd=project.root)

    assert (project.root / "out/report").read_text(encoding="utf-8") == printed.stdout
    assert written.stdout == "1 error, 0 warnings in 1 task and 2 documents\n"
    assert (printed.returncode, written.returncode) == (1, 1)


def test_annotations_start_at_the_top_of_the_repository(project):
    project.write({".git/HEAD": "", "site/mkdocs.yml": "plugins: [plantrace]\n"})
    project.write(
        {"site/tasks/T-1/meta.yml": metadata(depends_on=["X"]), "site/docs/a.md": "# A\n"}
    )

    annotated = plantrace("check", "-f", "site/mkdocs.yml", "--format", "github", cwd=project.root)
    scanned = plantrace("check", "-f", "site/mkdocs.yml", "--format", "sarif", cwd=project.root)

    assert annotated.stdout.startswith("::error file=site/tasks/T-1/meta.yml,line=6,")
    assert '"uri": "site/tasks/T-1/meta.yml"' in scanned.stdout


def test_no_task_is_told_whatever_the_paths(project):
    project.write({"docs/a.md": "# A\n"})
    project.configure()

    ended = plantrace("check", "docs", cwd=project.root)

    assert ended.returncode == 1
    assert [line.split()[2] for line in findings(ended.stdout)] == ["PT010"]


def test_paths_by_way_of_a_link_and_outside(project, tmp_path_factory):
    project.write(traced(depends_on=["X"]))
    project.configure()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "link").symlink_to(project.root)

    linked = plantrace("check", elsewhere / "link" / "tasks", cwd=project.root)
    outside = plantrace("check", elsewhere, cwd=project.root)

    assert (linked.returncode, len(findings(linked.stdout))) == (1, 1)
    assert outside.returncode == 2
    assert "is not inside the project root" in outside.stderr


def test_show_tells_a_task_and_suggests_ids(project):
    project.write(traced("TSK-7", depends_on=[]))
    project.configure()

    shown = plantrace("show", "TSK-7", cwd=project.root)
    unknown = plantrace("show", "tsk-7", cwd=project.root)

    assert shown.stdout.startswith("TSK-7  Title of TSK-7\nStatus ")
    assert unknown.returncode == 2
    assert unknown.stderr == "plantrace: no task 'tsk-7'; did you mean 'TSK-7'?\n"


def test_export_gives_the_trace_of_the_example_site():
    ended = plantrace("export", cwd=REPOSITORY)

    trace = json.loads(ended.stdout)
    assert list(trace) == ["version", "tasks", "documents", "links", "entries", "errors"]
    assert len(trace["tasks"]) == 13
    assert {
        "kind": "follows",
        "source_kind": "document",
        "source": "docs/plans/phase0/FER-0-002_seat_holds/EXEC_LOG.md",
        "target_kind": "document",
        "target": "docs/plans/phase0/FER-0-002_seat_holds/PLAN.md",
    } in trace["links"]


def test_the_schema_takes_the_metadata_of_the_example_site(tmp_path):
    printed = json.loads(plantrace("schema", cwd=REPOSITORY).stdout)
    default = json.loads(plantrace("schema", cwd=tmp_path).stdout)

    Draft7Validator.check_schema(printed)
    for path in (REPOSITORY / "example_site/tasks").glob("**/meta.yml"):
        metadata = json.loads(json.dumps(yaml.safe_load(path.read_text()), default=str))
        assert list(Draft7Validator(printed).iter_errors(metadata)) == []
    assert printed["properties"]["phase"]["examples"] == ["0", "0.5", "1"]
    assert default["properties"]["phase"]["examples"] == []


def test_the_schema_refuses_what_the_rules_refuse(project):
    project.options = {"fields": {"id": "key"}, "statuses": {"on_hold": "blocked"}}
    project.configure()
    schema = Draft7Validator(json.loads(plantrace("schema", cwd=project.root).stdout))
    good = {"key": 7, "title": "A", "status": "On-Hold", "phase": 0.5, "evidence": ["a.json"]}

    assert schema.is_valid(good)
    for wrong in (
        {"key": True},
        {"status": "complted"},
        {"depends_on": "T-1"},
        {"implementation_plan": "/home/ann/PLAN.md"},
        {"implementation_plan": "../PLAN.md"},
        {"archived": "yes"},
        {"evidence": [{"must_include": []}]},
    ):
        assert not schema.is_valid(good | wrong), wrong
    assert not schema.is_valid({key: value for key, value in good.items() if key != "title"})


@pytest.mark.parametrize(
    ("option", "files", "message"),
    [
        ("gone.json", {}, "schema 'gone.json' cannot be read: No such file or directory"),
        ("s.json", {"s.json": "{"}, "schema 's.json' cannot be read: Expecting property name"),
        ("s.yml", {"s.yml": "[a]"}, "schema 's.yml' is not a mapping"),
        ("s.json", {"s.json": '{"type": "objekt"}'}, "schema 's.json': 'objekt' is not valid"),
        (
            "s.json",
            {"s.json": '{"$ref": "https://example.org/s.json"}'},
            "schema 's.json' has a reference that cannot be resolved: Unresolvable: https://example.org",
        ),
        (
            "s.json",
            {"s.json": '{"allOf": [{"$ref": "#"}]}'},
            "has a reference that cannot be resolved",
        ),
        ("s.json", {"s.json": '{"$ref": "#/allOf/x"}'}, "has a reference that cannot be resolved"),
        ("s.json", {"s.json": '{"$schema": 5}'}, "schema 's.json'"),
        ("s.json", {"s.json": '{"$id": "http://[::1", "$ref": "x"}'}, "schema 's.json'"),
        ("s.yml", {"s.yml": "&a {allOf: [*a]}"}, "schema 's.yml' cannot be read"),
        ("../s.json", {}, "option 'schema': expected a path from the root"),
    ],
)
def test_a_schema_that_cannot_be_used_stops_the_check(project, option, files, message):
    project.write({**traced(), **files})
    project.options = {"schema": option}
    project.configure()

    ended = plantrace("check", cwd=project.root)
    built = run_mkdocs("build", cwd=project.root)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert built.returncode == 1
    for said in (ended.stderr, built.stderr):
        assert message in said
        assert "Traceback" not in said


def test_schemas_of_other_drafts_and_odd_values_are_taken(project):
    draft_3 = '{"$schema": "http://json-schema.org/draft-03/schema#", "properties": {"z": %s}}'
    project.write(traced(odd=1) | {"s.json": draft_3 % '{"required": true}'})
    project.write({"s.yml": "properties: {1: {type: string}, when: {enum: [2026-01-01]}}\n"})
    project.options = {"schema": "s.json"}
    project.configure()
    by_draft_3 = plantrace("check", cwd=project.root)
    project.write({"tasks/T-2/meta.yml": metadata("T-2") + "when: 2026-01-01\nx: !!bool perhaps\n"})
    project.options = {"schema": "s.yml"}
    project.configure()
    by_yaml = plantrace("check", cwd=project.root)

    assert [line.split(" ", 1)[1] for line in findings(by_draft_3.stdout)] == [
        "error PT009 schema: 'z' is a required property"
    ]
    assert (by_yaml.returncode, findings(by_yaml.stdout)) == (0, [])


def test_another_violation_at_the_same_place_is_new(project):
    project.write({"s.json": '{"required": ["a", "b"], "properties": {"c": {"enum": [1]}}}'})
    project.write({"tasks/T-1/meta.yml": metadata(a=1, c=2), "docs/a.md": "# A\n"})
    project.options = {"schema": "s.json", "baseline": "known.json"}
    project.configure()
    plantrace("baseline", cwd=project.root)
    project.write({"tasks/T-1/meta.yml": metadata(b=1, c=3)})

    ended = plantrace("check", cwd=project.root)

    assert [line.split()[2] for line in findings(ended.stdout)] == [
        "PT012",
        "PT012",
        "PT009",
        "PT009",
    ]


def test_the_schema_takes_what_the_rules_take(project):
    project.configure()
    schema = Draft7Validator(json.loads(plantrace("schema", cwd=project.root).stdout))
    least = {"task_id": "T", "title": 5, "status": "done", "phase": "0"}

    for good in (
        {"owner_role": None, "archived": None, "depends_on": None, "implementation_log": None},
        {"priority": 1, "intent": ["a"], "notes": {"a": 1}},
        {"evidence": [{"path": "a.json", "must_include": None}]},
        {"implementation_plan": "docs/plans/../plans/a/PLAN.md"},
    ):
        assert schema.is_valid(least | good), good
    for wrong in ({"task_id": " "}, {"phase": ""}, {"decisions": ["~/x"]}, {"must_read": ["/x"]}):
        assert not schema.is_valid(least | wrong), wrong


def test_without_the_extra_the_option_says_what_to_install(project):
    project.write({**traced(), "s.json": "{}", "jsonschema.py": "raise ImportError\n"})
    project.options = {"schema": "s.json"}
    project.configure()

    ended = plantrace("check", cwd=project.root, PYTHONPATH=str(project.root))

    assert ended.returncode == 2
    assert "pip install 'mkdocs-plantrace[schema]'" in ended.stderr


def test_the_hook_of_pre_commit_looks_at_the_whole_record():
    (hook,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

    assert hook["entry"] == "plantrace check"
    assert (hook["pass_filenames"], hook["always_run"]) == (False, True)


def test_output_is_utf_8_whatever_the_locale(project):
    project.write({f"tasks/{n}/meta.yml": metadata(n, depends_on=[m]) for n, m in ("AB", "BA")})
    project.write({"docs/a.md": "# A\n"})
    project.configure()

    for form in ("text", "json", "github", "sarif", "junit"):
        ended = subprocess.run(
            [COMMAND, "check", "--format", form],
            cwd=project.root,
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        )
        assert (ended.returncode, ended.stderr) == (1, b"")
        assert "A → B → A" in ended.stdout.decode("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_told(project):
    project.write(traced())
    project.configure()

    ended = subprocess.run(
        f"'{COMMAND}' check > /dev/full",
        shell=True,
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr.startswith("plantrace: the output cannot be written: No space left")
    assert "Traceback" not in ended.stderr


def test_what_is_no_file_is_written_to(project):
    project.write(traced())
    project.configure()

    ended = plantrace("check", "--format", "json", "-o", "/dev/stdout", cwd=project.root)

    assert '"status": "PASS"' in ended.stdout
    assert ended.stdout.endswith("0 errors, 0 warnings in 1 task and 2 documents\n")


def test_paths_below_a_linked_folder(project):
    project.write({"record/PLAN.md": "# T-1\n\n[a](gone.md)\n"})
    project.write({"tasks/T-1/meta.yml": metadata(implementation_plan="docs/plans/PLAN.md")})
    (project.root / "docs").mkdir()
    (project.root / "docs/plans").symlink_to("../record")
    project.configure()

    whole = plantrace("check", cwd=project.root)
    narrowed = plantrace("check", "docs/plans", cwd=project.root)

    assert findings(narrowed.stdout) == findings(whole.stdout) != []


HOSTILE = "\x1b]0;owned\x07 \x9b2J \x1b[8m"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no terminals of this kind")
@pytest.mark.parametrize(
    "arguments",
    [
        *("check", "show T-1", "errors owned", "export", "status T-1 planned --dry-run", "explain"),
        "log T-1 --error X --fix Y --dry-run",
        "new T-2 --title X --phase 0 --dry-run",
        *("check --format github", "check --format json", "check --format sarif"),
        *("check --format junit", "status T-1 owned\x1b[8m", "show T-9\x1b[8m", "baseline"),
        *("promote owned", "check nowhere\x1b[8m"),
        "show T-1 x\x1b[8m",
        *("x\x1b[8m", "check --x\x1b[8m", "check --format x\x1b[8m", "list --phase x\x1b[8m"),
        *("explain x\x1b[8m", "errors x\x1b[8m", "promote x\x1b[8m", "show T-1 -f x\x1b[8m"),
        *("check -o x\x1b[8m/y", "check --evidence x\x1b[8m/y", "init -f x\x1b[8m/y"),
        *("new x\x1b[8m --title X --phase 0", "new T-2 --title x\x1b[8m --phase 0"),
        *(
            "new T-2 --title X --phase x\x1b[8m",
            "log T-9\x1b[8m --error X",
            "errors --limit x\x1b[8m",
        ),
        *("log T-1 --error X --signature x\x1b[8m --dry-run", "status T-9\x1b[8m planned"),
        *("new T-2 --title X --phase 0 --with-plan-of x\x1b[8m", "init --dry-run", "pages"),
    ],
)
def test_a_terminal_gets_no_control_characters_of_files(project, arguments):
    files = traced(title="Title \x1b[8m hidden".encode("unicode_escape").decode())
    files["docs/plans/T-1/EXEC_LOG.md"] += (
        f"\n## Issue {HOSTILE}\n\n- Error: owned {HOSTILE}\n- Cause: {HOSTILE}\n\n[x]({HOSTILE})\n"
    )
    project.options = {"phases": {"0": f"Phase {HOSTILE}"}, "language": {"Phase": HOSTILE}}
    project.write(files)
    project.configure()
    output = warm_command.run_on_terminal(
        COMMAND, arguments.split(" "), project.root, dict(os.environ)
    )
    text = output.decode("utf-8", "replace")
    assert text
    colours = re.sub(r"\x1b\[[0-9;]*m", lambda found: "" if found[0] != "\x1b[8m" else "BAD", text)
    assert re.findall(r"BAD|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", colours) == []
