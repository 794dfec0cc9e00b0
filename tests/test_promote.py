"""`plantrace promote`: the draft of a curated page, where it goes, and what it connects."""

import os

import pytest
from conftest import metadata, traced
from test_cli import plantrace
from test_reports import check

from mkdocs_plantrace.editing.markdown_excerpt import adapt_excerpt, format_code

ERROR = "deadlock detected while two bookings hold seats"


def met(task, error=ERROR, *, signature=None, cause="the order of locks", fix="sorted the seats"):
    files = traced(task)
    files[f"docs/plans/{task}/EXEC_LOG.md"] += (
        f"\n## Trouble of {task}\n\n- Error: {error}\n"
        + (f"- Signature: {signature}\n" if signature else "")
        + f"- Root cause: {cause}\n- Fix applied: {fix}\n- Outcome: passes\n"
    )
    return files


def recurring(project, **fields):
    for number, cause in enumerate(("the order of locks", "a lock too late", "a slow query"), 1):
        project.write(met(f"T-{number}", cause=cause, **fields))
    project.options["rules"] = {"PT208": "warning"}
    project.configure()


def promote(project, *arguments):
    ended = plantrace("promote", *arguments, cwd=project.root)
    assert "Traceback" not in ended.stderr
    return ended


def files_of(project):
    return {path.as_posix() for path in project.root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("fields", "name", "title", "named"),
    [
        ({}, "deadlock", f"# {ERROR}", f"Error: `{ERROR}`"),
        ({"signature": "DB.DEADLOCK"}, "db.deadlock", f"# {ERROR}", "Signature: `DB.DEADLOCK`"),
    ],
)
def test_the_page_says_what_the_entries_say_and_is_the_page_of_the_error(
    project, fields, name, title, named
):
    recurring(project, **fields)
    assert "PT208" in plantrace("check", cwd=project.root).stdout

    ended = promote(project, name)

    slug = "db-deadlock" if fields else ERROR.replace(" ", "-")
    path = f"docs/troubleshooting/{slug}.md"
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == f"'{path}' drafted from 3 entries of 3 tasks\n"
    page = (project.root / path).read_text(encoding="utf-8")
    assert page.startswith(f"{title}\n\n<!-- Drafted by `plantrace promote` from 3 log entries.")
    assert f"\n{named}\n" in page
    assert "\nTasks: T-1, T-2, T-3\n" in page
    assert f"## Symptoms\n\n- {ERROR}\n" in page
    for number, cause in enumerate(("the order of locks", "a lock too late", "a slow query"), 1):
        link = f"[log](../plans/T-{number}/EXEC_LOG.md#trouble-of-t-{number})"
        assert f"- {cause} (T-{number}, {link})" in page
        assert f"T-{number}, {link}: passes" in page
    assert page.count("- sorted the seats (T-3, [log]") == page.count("sorted the seats") == 1
    ended = plantrace("check", "--strict", cwd=project.root)
    assert (ended.returncode, ended.stderr) == (0, "")
    (error,) = check(project).trace.errors.all
    assert error.page == path
    outcome = project.build(strict=True)
    assert outcome.failure is None


def test_a_dry_run_prints_the_page_and_writes_nothing(project):
    recurring(project)
    before = files_of(project)

    ended = promote(project, ERROR, "--dry-run")

    assert ended.stdout.startswith(f"# {ERROR}\n")
    assert ended.stdout.endswith(": passes\n")
    assert files_of(project) == before


def test_what_the_registry_knows_is_on_the_page_that_it_names(project):
    recurring(project, signature="DB.LOCK")
    project.write(
        {
            "signatures.yml": "DB.DEADLOCK:\n  description: Bookings wait for each other.\n"
            "  owner: platform\n  aliases: [DB.LOCK]\n  typical_root_causes: [A missing index]\n"
            "  remediation_playbook: docs/runbooks/deadlock.md\n"
        }
    )
    project.options["signatures"] = "signatures.yml"
    project.configure()

    ended = promote(project, "DB.LOCK")

    assert ended.stdout == "'docs/runbooks/deadlock.md' drafted from 3 entries of 3 tasks\n"
    page = (project.root / "docs/runbooks/deadlock.md").read_text(encoding="utf-8")
    assert page.startswith("# Bookings wait for each other\n")
    assert "\nSignature: `DB.DEADLOCK`\n\nOwner: platform\n" in page
    assert "## Causes\n\n- A missing index\n\n- " in page
    assert plantrace("check", "--strict", cwd=project.root).returncode == 0


@pytest.mark.parametrize(
    ("globs", "there", "folder"),
    [
        ("**/troubleshooting/**/*.md", (), "troubleshooting/db-deadlock.md"),
        (
            "**/troubleshooting/**/*.md",
            ("a/b/troubleshooting/x.md", "operations/troubleshooting/deep/x.md"),
            "operations/troubleshooting/db-deadlock.md",
        ),
        (
            "**/troubleshooting/**/*.md",
            ("_template/troubleshooting/x.md",),
            "troubleshooting/db-deadlock.md",
        ),
        (["runbooks/*.md", "**/troubleshooting/*.md"], (), "runbooks/db-deadlock.md"),
        ("ops/**/*.md", ("ops/deep/x.md",), "ops/db-deadlock.md"),
        ("ops/**", (), "ops/db-deadlock.md"),
        ("ops/TS-*.md", (), "ops/TS-db-deadlock.md"),
        ("*/runbooks/*.md", ("web/runbooks/x.md",), "web/runbooks/db-deadlock.md"),
    ],
)
def test_the_page_goes_to_the_first_folder_of_the_option(project, globs, there, folder):
    recurring(project, signature="DB.DEADLOCK")
    project.write({f"docs/{path}": "# X\n" for path in there})
    project.options["troubleshooting"] = globs
    project.configure()

    ended = promote(project, "DB.DEADLOCK")

    assert ended.stdout == f"'docs/{folder}' drafted from 3 entries of 3 tasks\n"
    (error,) = check(project).trace.errors.all
    assert error.page == f"docs/{folder}"


def test_a_glob_that_no_new_page_can_match_is_refused(project):
    recurring(project, signature="DB.DEADLOCK")
    project.options["troubleshooting"] = "*/runbooks/*.md"
    project.configure()

    ended = promote(project, "DB.DEADLOCK")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "plantrace: option 'troubleshooting': no path for a new page 'db-deadlock.md' matches "
        "'*/runbooks/*.md'\n"
    )


@pytest.mark.parametrize("existing", ["db-deadlock.md", "DB-Deadlock.md"])
def test_a_file_that_is_there_is_never_replaced(project, existing):
    recurring(project, signature="DB.DEADLOCK")
    project.write({f"docs/troubleshooting/{existing}": "# Mine\n"})

    ended = promote(project, "DB.DEADLOCK")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "'docs/troubleshooting/db-deadlock.md' already exists" in ended.stderr
    assert (project.root / "docs/troubleshooting" / existing).read_text() == "# Mine\n"


def test_nothing_is_written_outside_docs_dir(project, tmp_path):
    project.root = tmp_path / "checkout"
    recurring(project, signature="DB.DEADLOCK")
    (tmp_path / "outside").mkdir()
    (project.root / "docs/troubleshooting").symlink_to(tmp_path / "outside")
    project.options["rules"] = {"PT011": "off"}
    project.configure()

    ended = promote(project, "DB.DEADLOCK")

    assert ended.returncode == 2
    assert "is a symbolic link out of docs_dir" in ended.stderr
    assert os.listdir(tmp_path / "outside") == []


def test_an_error_that_has_a_page_is_refused(project):
    recurring(project, signature="DB.DEADLOCK")
    project.write({"docs/troubleshooting/locks.md": "# Locks\n\nWhat DB.DEADLOCK means.\n"})

    ended = promote(project, "DB.DEADLOCK")

    assert ended.returncode == 2
    assert ended.stderr == (
        "plantrace: 'DB.DEADLOCK' already has a page: 'docs/troubleshooting/locks.md'\n"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("DB.DEDLOCK", "no error 'DB.DEDLOCK' in the logs; did you mean 'DB.DEADLOCK'?"),
        ("nothing like it", "no error 'nothing like it' in the logs"),
        ("!!!", "no error '!!!' in the logs"),
        ("", "no error '' in the logs"),
        ("CI.SILENT", "no log entry of 'CI.SILENT'"),
    ],
)
def test_an_unknown_error_is_refused_with_what_was_meant(project, name, said):
    recurring(project, signature="DB.DEADLOCK")
    project.write({"signatures.yml": "CI.SILENT:\n  owner: platform\n"})
    project.options["signatures"] = "signatures.yml"
    project.configure()

    ended = promote(project, name)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"plantrace: {said}\n"


def test_a_signed_error_is_found_by_words_of_its_text(project):
    recurring(project, signature="DB.DEADLOCK")

    ended = promote(project, "two bookings hold", "--dry-run")

    assert ended.returncode == 0
    assert "DB.DEADLOCK" in ended.stdout
    assert promote(project, "bookings").returncode == 2


def test_a_name_that_several_errors_start_with_is_refused_with_their_names(project):
    project.write(met("T-1", error="the worker stops after a job"))
    project.write(met("T-2", error="the worker hangs"))
    project.configure()

    ended = promote(project, "the worker")

    assert ended.returncode == 2
    assert ended.stderr == (
        "plantrace: 'the worker' matches 2 errors:\n"
        "plantrace:   the-worker-hangs  the worker hangs\n"
        "plantrace:   the-worker-stops  the worker stops after a job\n"
    )
    assert promote(project, "the-worker-stops", "--dry-run").returncode == 0


def test_links_of_entries_lead_to_the_same_places_from_the_page(project):
    fix = (
        "see [the plan](PLAN.md#scope), [this](#final-summary), [gone](gone.md), "
        "[the task](../../../tasks/T-1/meta.yml) and [the manual](https://example.org/a)"
    )
    project.write(met("T-1", fix=fix))
    project.write({"docs/plans/T-1/PLAN.md": "# Plan of T-1\n\n## Scope\n"})
    project.configure()

    promote(project, "deadlock")

    page = (project.root / f"docs/troubleshooting/{ERROR.replace(' ', '-')}.md").read_text()
    assert (
        "see [the plan](../plans/T-1/PLAN.md#scope), "
        "[this](../plans/T-1/EXEC_LOG.md#final-summary), [gone\\](gone.md), "
        "[the task](../../tasks/T-1/meta.yml) and [the manual](https://example.org/a)"
    ) in page
    found = plantrace("check", cwd=project.root).stdout
    assert "docs/troubleshooting" not in found
    assert found.count("PT108") == 1  # that of the log


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("plain *words*", "plain *words*"),
        ("## A heading ##\n\ntext", "**A heading**\n\ntext"),
        ("Underlined\n===\n\ntext", "**Underlined**\n\ntext"),
        ("above\n## A heading\nbelow", "above\n\n**A heading**\n\nbelow"),
        ("- ##", "- \\#"),
        ("# with *stars*", "with *stars*"),
        ("```\n# no heading\n[x](y.md)\n```", "```\n# no heading\n[x](y.md)\n```"),
        ("```text\nnever closed", "```text\nnever closed\n```"),
        ("text\n```\na\n\n\nb\n```\nmore", "text\n\n```\na\n\n\nb\n```\n\nmore"),
        ("````\n```\nstill open", "````\n```\nstill open\n````"),
        ("<details>\n<http://example.org>", "&lt;details>\n<http://example.org>"),
        ("<!-- never closed", "&lt;!-- never closed"),
        ("```\n<details>\n```", "```\n<details>\n```"),
        ("## [x](y.md)", "**[x\\](y.md)**"),
        ("[x](a.md) and [y](b.md)\n---", "**[x\\](a.md) and [y\\](b.md)**"),
        ("", ""),
    ],
)
def test_markdown_that_is_taken_over_cannot_break_the_page(written, taken):
    assert adapt_excerpt(written, lambda _: None) == taken


def test_symptoms_with_the_same_first_line_are_told_once_with_the_newest_output(project):
    for task in ("T-1", "T-2"):
        files = met(task, signature="DB.DEADLOCK")
        log = f"docs/plans/{task}/EXEC_LOG.md"
        output = f"- Error: {ERROR}\n\n```text\nseen by {task}\n```\n\n"
        project.write({**files, log: files[log].replace(f"- Error: {ERROR}\n", output)})
    project.configure()

    told = promote(project, "DB.DEADLOCK", "--dry-run").stdout

    symptoms = told.partition("## Symptoms")[2].partition("## Causes")[0]
    assert symptoms.count(ERROR) == 1
    assert "T-1" not in symptoms
    assert f"# {ERROR}\n" in told


def test_output_below_an_error_makes_it_no_other_error(project):
    for task in ("T-1", "T-2"):
        project.write(met(task, error=f"{ERROR}\n\n  ```text\n  told to {task} in words\n  ```"))

    (error,) = check(project).trace.errors.all

    assert error.key == ERROR
    assert error.tasks == ("T-1", "T-2")


def test_a_signature_is_the_title_where_its_entries_word_the_error_differently(project):
    project.write(met("T-1", error="seats vanish", signature="DB.SEATS"))
    project.write(met("T-2", error="ports vanish", signature="DB.SEATS"))
    project.configure()

    told = promote(project, "DB.SEATS", "--dry-run").stdout

    assert told.startswith("# `DB.SEATS`\n")
    assert "- ports vanish\n\n- seats vanish\n" in told


@pytest.mark.parametrize(
    "error",
    [
        "`apply.sh` fails with `EACCES`",
        "it says **no**",
        "two  spaces\n  and a line",
        "C:\\temp\\x is <gone> | lost",
        "ends in code\n\n  ```text\n  Error: disk full\n  ```",
    ],
)
def test_an_error_without_a_signature_knows_its_page_again(project, error):
    project.write(met("T-1", error=error))
    project.configure()
    (before,) = check(project).trace.errors.all

    promote(project, before.key)

    (after,) = check(project).trace.errors.all
    assert (
        after.page == f"docs/troubleshooting/{os.listdir(project.root / 'docs/troubleshooting')[0]}"
    )
    assert plantrace("check", "--strict", cwd=project.root).returncode == 0


def test_code_holds_whatever_is_in_it():
    assert format_code("a") == "`a`"
    assert format_code("`a` b") == "`` `a` b ``"


def test_a_title_is_text_whatever_the_error_says(project):
    project.write(met("T-1", error="`<script>alert(1)</script>` *fails* # here"))
    project.write({"tasks/T-2/meta.yml": metadata("T-2")})
    project.configure()

    ended = promote(project, "script", "--dry-run")

    assert ended.stdout.startswith("# `<script>alert(1)</script> fails # here`\n")
