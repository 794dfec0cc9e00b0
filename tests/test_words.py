"""The words on generated pages: the catalogue, other languages, words that a project renames."""

import re
from pathlib import Path

import pytest
from conftest import traced

import mkdocs_plantrace
from mkdocs_plantrace.config.page_texts import LANGUAGES, Words, catalogue
from mkdocs_plantrace.config.settings import validate_options
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.site.matrix_views import COLUMNS
from mkdocs_plantrace.site.page_views import WORDS_OF_LINKS
from mkdocs_plantrace.trace.error_groups import ErrorStanding
from mkdocs_plantrace.trace.evidence_index import ProofState, Standing
from mkdocs_plantrace.trace.list_selection import KINDS

PACKAGE = Path(mkdocs_plantrace.__file__).parent
_CALLED = re.compile(r"""(?:\b_n?|[wW]ords\.(?:text|count))\(\s*"([^"]+)\"""")
_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
_IN_TABLES_OF_TEMPLATES = (
    *("Fix", "Cause", "Outcome", "Error", "Context", "Recurring", "Seen once", "More errors"),
    *("Depends on", "Needed by", "Troubleshooting", "Decisions", "Mentioned in"),
    *("Created", "Started", "Completed", "Last changed", "met"),
    *("plan written", "plan changed", "log written", "log changed"),
    *("task written", "task changed"),
)


def _texts_in_use():
    sources = [*(PACKAGE / "site/templates").glob("*.html"), *PACKAGE.rglob("*.py")]
    called = {
        text for path in sources for text in _CALLED.findall(path.read_text(encoding="utf-8"))
    }
    boxes = re.findall(
        r'"((?:No task|[A-Z]\w+ of %)[^"]+)"', (PACKAGE / "site/templates/box.html").read_text()
    )
    return {
        *called,
        *boxes,
        *_IN_TABLES_OF_TEMPLATES,
        *("Plan", "Execution log", "Mentions"),
        *(*COLUMNS.values(), "broken"),
        *KINDS,
        *WORDS_OF_LINKS.values(),
        *(state.value for state in ProofState),
        *(standing.value for standing in Standing),
        *(standing.value for standing in ErrorStanding),
        *(severity.value for severity in Severity),
    }


def test_the_catalogue_has_every_text_and_no_other():
    assert set(catalogue()) == _texts_in_use()


def test_every_text_is_there_in_every_language_with_the_same_places():
    for text, forms in catalogue().items():
        assert set(forms) <= set(LANGUAGES), text
        assert set(LANGUAGES) - {"en"} <= set(forms), text
        for form in forms.values():
            for one in [form] if isinstance(form, str) else form:
                assert set(_PLACEHOLDER.findall(one)) == set(_PLACEHOLDER.findall(text)), text


def test_roles_and_links_have_words():
    assert set(LinkKind) - set(WORDS_OF_LINKS) == {LinkKind.DEPENDS_ON, LinkKind.BLOCKS}
    box = (PACKAGE / "site/templates/box.html").read_text(encoding="utf-8")
    for kind in set(DocumentKind) - {DocumentKind.PAGE}:
        assert box.count(f'"{kind.value}": "') == 2


def test_words_are_renamed_whole_with_their_plural_and_case():
    words = Words("en", {"phase": "milestone", "tasks": "work items"})
    assert words.text("Phase %(name)s", name="phase 7") == "Milestone phase 7"
    assert words.text("All phases") == "All milestones"
    assert words.text("All tasks") == "All work items"
    assert words.count("%(done)s of %(number)s task completed", 1, done=0) == (
        "0 of 1 task completed"
    )


def test_a_whole_text_is_renamed_and_keeps_its_places():
    words = Words("de", {"alle aufgaben": "100 % der Arbeit", "Phase %(name)s": "Etappe %(name)s"})
    assert words.text("All tasks") == "100 % der Arbeit"
    assert words.text("Phase %(name)s", name="2") == "Etappe 2"


def test_one_word_takes_the_place_of_another_only_once():
    words = Words("en", {"plan": "log", "log": "plan"})
    assert (words.text("plan"), words.text("log")) == ("log", "plan")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("fr", "expected en or de, or a mapping of words, found 'fr'"),
        (7, "expected en or de, or a mapping of words, found 7"),
        (["de"], "expected en or de, or a mapping of words, found ['de']"),
        ({"base": "xx"}, "expected en or de, or a mapping of words, found 'xx'"),
        ({"phase": ""}, "expected a word for 'phase', found ''"),
        ({"phase": ["a"]}, "expected a word for 'phase', found ['a']"),
        ({"phsae": "milestone"}, "no text on the pages contains 'phsae'"),
        ({"%(name)s": "x"}, "no text on the pages contains '%(name)s'"),
        ({True: "x"}, "YAML reads a key as True, which is not text; quote it"),
    ],
)
def test_what_is_no_language_is_refused(value, message):
    settings, messages = validate_options({"language": value})
    assert messages == (("language", message),)
    assert settings.language == Words()


def test_pages_in_german(project):
    project.options = {"language": "de"}
    project.write(traced(owner_role="DBA"))
    outcome = project.build()
    assert outcome.failure is None
    overview = outcome.page("trace/index.html")
    assert "Übersicht</h1>" in overview
    task = outcome.page("trace/tasks/T-1/index.html")
    assert "Ausführungsprotokoll" in task
    assert "Execution log" not in task
    assert "DBA" in task
    assert "Alle Phasen" in outcome.page("trace/phases/index.html")


def test_phases_that_are_called_milestones(project):
    project.options = {"language": {"phase": '<i>"mile"stone'}}
    project.write(traced())
    outcome = project.build()
    page = outcome.page("trace/phases/0/index.html")
    assert "&lt;i&gt;&#34;mile&#34;stone 0</h1>" in page
    assert "<i>" not in page


def test_places_for_scripts_are_no_words():
    words = Words("en", {"all": "every"})
    assert words.text("{number} of {all} tasks") == "{number} of {all} tasks"
    assert words.text("All tasks") == "Every tasks"
    assert validate_options({"language": {"number": "count"}})[1] == (
        ("language", "no text on the pages contains 'number'"),
    )


def test_a_capital_letter_stays_one_in_a_whole_text():
    words = Words("en", {"phase": "milestone", "blocked": "stuck"})
    assert (words.text("Phase"), words.text("Blocked")) == ("Milestone", "Stuck")
    assert words.text("blocked") == "stuck"


def test_a_text_of_a_template_of_ones_own_may_hold_a_percent_sign():
    assert Words().text("100 % of %(name)s", name="it") == "100 % of it"
