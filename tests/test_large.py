"""Large projects: what is said of thousands of tasks is right, and takes no quadratic time."""

import pytest
from conftest import metadata, traced

from mkdocs_plantrace.checks.pipeline import run
from mkdocs_plantrace.config.rendering import Rendering
from mkdocs_plantrace.config.settings import validate_options
from mkdocs_plantrace.project.project import open_project
from mkdocs_plantrace.project.workspace import find_site_pages, locate_folders, walk_project
from mkdocs_plantrace.reports import text_report
from mkdocs_plantrace.site.generated_pages import TraceSite
from mkdocs_plantrace.trace.page_urls import unique_slugs

pytestmark = pytest.mark.usefixtures("bounded")
MANY = 1000
WORDS = (
    *("ant", "bee", "cod", "doe", "elk", "fox", "gnu", "hen"),
    *("ibis", "jay", "kite", "lark", "mole", "newt", "owl", "pug"),
)
WORDLY = [f"{a}-{b}-{c}" for a in WORDS for b in WORDS for c in WORDS][:MANY]
"""Ids without a digit that are much alike."""


def result_of(project):
    """What a build finds, without MkDocs."""
    project.configure()
    settings, _ = validate_options(project.options)
    place = locate_folders(project.root / "mkdocs.yml", "docs", "site", settings)
    tree = walk_project(settings, place)
    pages = find_site_pages(tree, place, exclude_docs="", draft_docs="")
    return run(settings, open_project(settings, place, tree, pages, rendering=Rendering()))


def test_hints_at_pages_that_nobody_names(project):
    for n in range(2 * MANY):
        project.write({f"tasks/{n}/meta.yml": metadata(f"T-{n}", status="completed")})
        project.write({f"docs/plans/{n}/PLAN.md": f"# Plan of T-{n}\n"})

    problems = result_of(project).problems

    assert [problem.hint for problem in problems if problem.task == "T-7"] == [
        "did you mean 'docs/plans/7/PLAN.md'?",
        None,
    ]


def test_hints_at_thousands_of_ids(project):
    project.write(
        {
            f"tasks/{task}/meta.yml": metadata(
                task, depends_on=[f"{task}s", f"S-{n}", f"T-{n}x", f"T-{n}..T-{n + 2}"]
            )
            for n, task in enumerate(WORDLY)
        }
    )
    project.write({f"tasks/T-{n}/meta.yml": metadata(f"T-{n}") for n in range(9)})

    problems = result_of(project).problems

    assert [problem.hint for problem in problems if problem.task == WORDLY[5]] == [
        f"did you mean '{WORDLY[5]}'?",
        None,
        "did you mean 'T-5'?",
        "write the ids one by one: T-5, T-6, T-7",
    ]


def test_hints_at_thousands_of_paths(project):
    for task in WORDLY[: MANY // 2]:
        project.write(
            traced(
                task,
                implementation_plan=f"docs/plans/{task}s/PLAN.md",
                implementation_log=f"docs/{task}/EXEC_LOG.md",
            )
        )

    problems = result_of(project).problems

    folder = f"docs/plans/{WORDLY[5]}"
    assert [problem.hint for problem in problems if problem.task == WORDLY[5]] == [
        f"did you mean '{folder}/PLAN.md'?",
        f"did you mean '{folder}/EXEC_LOG.md'?",
    ]


def test_hints_at_thousands_of_headings(project):
    project.write(traced())
    headings = "".join(f"## {words.title()}\n\n" for words in WORDLY)
    broken = "".join(f"[{words}](#{words}s)\n" for words in WORDLY)
    project.write({"docs/plans/T-1/PLAN.md": f"# Plan of T-1\n\n{headings}{broken}"})

    problems = result_of(project).problems

    assert problems[5].hint == f"did you mean '#{WORDLY[5]}'?"
    assert len(problems) == MANY


def test_a_plan_and_a_log_of_a_thousand_tasks(project):
    shared = {
        "status": "completed",
        "implementation_plan": "docs/PLAN.md",
        "implementation_log": "docs/EXEC_LOG.md",
    }
    many = range(MANY // 2)
    plans = [f"plans/{n}/PLAN.md" for n in many]
    for n in many:
        own = {**shared, "implementation_plan": f"docs/{plans[n]}"}
        project.write(
            {f"tasks/T-{n}/meta.yml": metadata(f"T-{n}", archived=n < MANY // 4, **shared)}
        )
        project.write({f"tasks/U-{n}/meta.yml": metadata(f"U-{n}", **own)})
        project.write({f"docs/{plans[n]}": f"# Plan of U-{n}\n"})
    named = "\n".join(f"U-{n}: [plan]({plans[n]}) [gone](gone{n}.md) [no](#no{n})" for n in many)
    project.write({"docs/EXEC_LOG.md": f"# Log\n\n{named}\n\n## Final summary\n\nDone.\n"})
    project.write({"docs/PLAN.md": f"# Plan of T-{len(many) - 1}\n\n{named}\n"})

    problems = result_of(project).problems

    assert {problem.task for problem in problems if "gone" in problem.message} == {f"T-{MANY // 4}"}
    assert [problem.target for problem in problems if problem.rule.code == "PT106"] == [
        "docs/PLAN.md"
    ]
    assert len(problems) == 4 * len(many) + 1


def test_thousands_of_circles(project):
    project.write(
        {
            f"tasks/{n}/meta.yml": metadata(f"T-{n}", depends_on=[f"T-{n ^ 1}"])
            for n in range(2 * MANY)
        }
    )

    problems = result_of(project).problems

    assert len(problems) == MANY
    assert problems[0].message == "dependency cycle: T-0 → T-1 → T-0"


def test_names_that_make_one_file_name_thousands_of_times():
    slugs = unique_slugs(["a-2", *["A"] * 100 * MANY, "a/3"])

    assert slugs[:3] == ["a-2", "A", "A-3"]
    assert slugs[-1] == "a-3-2"
    assert len(set(slugs)) == len(slugs)


def test_boxes_of_thousands_of_pages_with_problems(project):
    for n in range(MANY):
        project.write({f"tasks/{n}/meta.yml": metadata(f"T-{n}", status="completed")})
        project.write({f"docs/plans/{n}/PLAN.md": f"# Plan of T-{n}\n\n[x](gone.md)\n"})
    project.write({f"docs/{n}.md": "# A page\n" for n in range(2 * MANY)})
    site = TraceSite(result_of(project))
    plan = site.render_box("docs/plans/7/PLAN.md", str, with_problems=True)
    boxes = [site.render_box(f"docs/{n}.md", str, with_problems=True) for n in range(2 * MANY)]

    assert "no file &#39;gone.md&#39;" in plan
    assert not any(boxes)


def test_patterns_of_evidence_of_thousands_of_tasks(project):
    for n in range(MANY // 2):
        evidence = [f"ev/T{n}_*.json", "ev/all*.json"]
        project.write(
            {f"tasks/{n}/meta.yml": metadata(f"T-{n}", status="completed", evidence=evidence)}
        )
        project.write({f"ev/T{n}_{part}.json": '{"status": "PASS"}' for part in "ab"})
    project.write({f"ev/all{n}.json": '{"status": "PASS"}' for n in range(MANY // 2)})
    project.write({"ev/T7_c.json": '{"status": "FAIL"}'})
    project.options = {"rules": {"missing-plan": "off", "missing-log": "off"}}

    problems = result_of(project).problems

    assert [problem.message for problem in problems] == ["'ev/T7_c.json' has status 'FAIL'"]


def test_a_line_with_thousands_of_broken_links(project):
    project.write(traced())
    links = "[x](a.md) " * 10 * MANY
    project.write({"docs/plans/T-1/PLAN.md": f"# Plan of T-1\n\n{links}\n"})
    problems = result_of(project).problems
    line = links.rstrip() + " "
    told = [text_report.format_problem(problem, lambda _: ["", "", line]) for problem in problems]

    assert told[777].splitlines()[1].endswith("[x](a.md) [x](a.md) [x]…")
    assert len(told) == 10 * MANY


def test_thousands_of_signatures_that_supersede_one_another(project):
    number = 5_000
    chain = "".join(f"S.{n}:\n  superseded_by: S.{n + 1}\n" for n in range(number))
    project.write({**traced("T-1"), "signatures.yml": f"{chain}S.{number}:\n"})
    project.write({"docs/plans/T-1/EXEC_LOG.md": "# T-1\n\n- Error: x\n- Signature: S.0\n"})
    project.options = {"signatures": "signatures.yml"}

    (error,) = result_of(project).trace.errors.all

    assert error.key == f"S.{number}"
