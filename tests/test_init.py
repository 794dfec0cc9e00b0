"""`plantrace init`: what it writes, and all that it leaves as it is."""

from __future__ import annotations

import json
import re
import shlex

import pytest
import yaml
from click.testing import CliRunner
from conftest import metadata
from test_cli import plantrace
from test_edits import tree

from mkdocs_plantrace import __version__
from mkdocs_plantrace.cli import main
from mkdocs_plantrace.parsing.plugin_options import (
    NoPlaceError,
    add_plugin,
    exclude_templates,
    set_up_plugin,
)


def init(root, *arguments):
    ended = plantrace("init", *arguments, cwd=root)
    assert "Traceback" not in ended.stderr
    return ended


def test_an_empty_folder_becomes_a_project_whose_first_task_passes(tmp_path):
    ended = init(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert {path for path, content in tree(tmp_path).items() if content is not None} == {
        ".github/workflows/plantrace.yml",
        "docs/index.md",
        "docs/plans/_template/EXEC_LOG.md",
        "docs/plans/_template/PLAN.md",
        "mkdocs.yml",
        "tasks/_template/meta.yml",
        "tasks/plantrace.schema.json",
    }
    for path, content in tree(tmp_path).items():
        if path.endswith(".yml"):
            assert isinstance(yaml.safe_load(content), dict), path
    written = tree(tmp_path)
    again = init(tmp_path)
    assert again.stdout == "The project is already set up; nothing was written\n"
    assert tree(tmp_path) == written
    new = plantrace("new", "T-1", "--title", "First", "--phase", "0", cwd=tmp_path)
    assert new.returncode == 0, new.stderr
    assert plantrace("check", "--strict", cwd=tmp_path).returncode == 0


def test_a_dry_run_writes_nothing(tmp_path):
    ended = init(tmp_path, "--dry-run")
    assert "+++ b/mkdocs.yml" in ended.stdout
    assert tree(tmp_path) == {}


def test_what_is_there_is_kept_and_the_options_are_followed(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents/README.md").write_text("# Mine\n")
    (tmp_path / ".gitlab-ci.yml").write_text("build: {script: make}\n")
    (tmp_path / "site/mkdocs.yml").write_text(
        "site_name: x # mine\ndocs_dir: ../documents\nplugins:\n  - plantrace:\n"
        "      root: ..\n      tasks: work/*.yml\n      plans: '**/*-plan.md'\n"
    )
    before = tree(tmp_path)
    ended = init(tmp_path, "-f", "site/mkdocs.yml")
    assert ended.returncode == 0, ended.stderr
    after = tree(tmp_path)
    assert {path: after[path] for path in before} == before
    assert {path for path in after if after[path] is not None} - before.keys() == {
        "documents/plans/_template/EXEC_LOG.md",
        "documents/plans/_template/template-plan.md",
        "work/_template/meta.yml",
        "work/plantrace.schema.json",
    }
    assert "Add to '.gitlab-ci.yml'" in ended.stdout


PIPELINES = {"github": ".github/workflows/plantrace.yml", "gitlab": ".gitlab-ci.yml"}


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_the_pipeline_runs_the_check(tmp_path, service):
    init(tmp_path, "--ci", service)
    assert " plantrace check --format" in (tmp_path / PIPELINES[service]).read_text()


# What is put in stands between the double brackets.
CONFIGURATIONS = [
    "site_name: x[[\nplugins:\n  - search\n  - plantrace\n]]",
    "plugins:\r\n[[- plantrace\r\n]]- search # s\r\n- tags: {}\r\n",
    "plugins: [search[[, plantrace]],]",
    "plugins: [[[plantrace]]]",
    "plugins: [\n  search, # s\n  tags[[, plantrace]]\n]\n",
    "plugins: {[[plantrace: {}, ]]search: {}}",
    "plugins: {[[plantrace: {}]]}",
    "plugins:\n  # a\n[[  plantrace: {}\n]]  search:\n    lang: en\n",
    "plugins:[[\n  - search\n  - plantrace]]",
    "plugins: # none[[\n  - search\n  - plantrace]]\nnav: []\n",
    "plugins:\n  - search   # keep\n[[  - plantrace\n]]\nx: !ENV [A, b]\n",
    "plugins:\n  - search[[\n  - plantrace]]",
    "x: |\n  a\nplugins:\n  - 'search'\n[[  - plantrace\n]]# - off\n",
    "plugins: [plantrace]",
    "plugins: {plantrace: {root: .}}",
    "plugins:\n- plantrace:\n    nav: full\n",
    "plugins:\n  - search\n[[  - plantrace\n]]  - print-site\n",
    "plugins:\n  - search\n[[  - plantrace\n]]  - print-site:\n      add_to_navigation: false\n",
    "plugins:\n  - search\n  - tags: {}\n  # last\n[[  - plantrace\n]]  - 'print-site'  # x\n",
    "plugins: [search, [[plantrace, ]]print-site]",
    "plugins: [search, [[plantrace, ]]{print-site: {x: 1}}]\n",
    "plugins: [[[plantrace, ]]print-site: {x: 1}]\n",
    "plugins:\n[[  plantrace: {}\n]]  search: {}\n  print-site: {}\n",
    "plugins: {[[plantrace: {}, ]]print-site: {}}\n",
    "plugins:\n[[  - plantrace\n]]  - print-site\n  - search\n",
]


@pytest.mark.parametrize("text", CONFIGURATIONS)
def test_the_entry_is_put_in_and_nothing_else_changes(text):
    before = re.sub(r"\[\[(?!\[).*?\]\](?!\]\]\])", "", text, count=1, flags=re.DOTALL)
    after = text.replace("[[[", "[\0").replace("]]]", "\0]")
    after = after.replace("[[", "").replace("]]", "").replace("\0", "")
    assert add_plugin(before) == after
    assert add_plugin(after) == after
    assert "plantrace" in str(yaml.safe_load(after.replace("!ENV ", ""))["plugins"])
    assert set_up_plugin(before) == exclude_templates(after)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("site_name: x\n", "  - plantrace: {root: '..'}\n"),
        ("plugins:\n", "  - plantrace: {root: '..'}"),
        ("plugins:\n- search\n", "- plantrace: {root: '..'}\n"),
        ("plugins:\n- tags: {}\n- print-site\n", "- plantrace: {root: '..'}\n- print-site\n"),
        ("plugins: [search]\n", "[search, {plantrace: {root: '..'}}]"),
        ("plugins: []\n", "[{plantrace: {root: '..'}}]"),
        ("plugins: {search: {}}\n", "{plantrace: {root: '..'}, search: {}}"),
        ("plugins:\n  search: {}\n", "  plantrace: {root: '..'}\n  search: {}\n"),
    ],
)
def test_an_entry_can_have_options(text, entry):
    after = set_up_plugin(text, {"root": ".."})
    assert entry in after
    plugins = yaml.safe_load(after)["plugins"]
    assert {"root": ".."} in [
        *(plugins.values() if isinstance(plugins, dict) else ()),
        *(item["plantrace"] for item in plugins if isinstance(item, dict) and "plantrace" in item),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: b", "a: b\nexclude_docs: _template/\n"),
        ("a: b\r\n", "a: b\r\nexclude_docs: _template/\r\n"),
        ("exclude_docs: x/ # mine", "exclude_docs: x/ # mine"),
        ("INHERIT: base.yml\n", "INHERIT: base.yml\n"),
    ],
)
def test_templates_are_kept_out_of_the_site(before, after):
    assert exclude_templates(before) == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("plugins: foo", "its plugins are text"),
        ("INHERIT: base.yml\n", "may be inherited"),
        ("- a\n", "is not a mapping"),
        ("a: [\n", "not YAML"),
    ],
)
def test_where_there_is_no_place_it_says_why(text, reason):
    with pytest.raises(NoPlaceError, match=reason):
        add_plugin(text)


@pytest.mark.parametrize(
    "text",
    [
        "x: &b\n  plugins:\n    - search\n    - macros\n<<: *b\nsite_name: x\n",
        "site_name: x\rplugins:\r  - search\r",
        "extra:\n  p: &p\n    - search\nsite_name: x\nplugins: *p\n",
        "---\nsite_name: x\n...\n",
        "site_name: x\nplugins: &p {search: {}}\n",
        "site_name: x\n? plugins\n: - search\n",
        "{site_name: x, plugins: [search]}\n",
        "  site_name: x\n  plugins:\n    - search\n",
        "site_name: x\nplugins:\n  - search\n...\n",
        "site_name: !ENV [FOO, x]\nplugins: !ENV [BAR, [search]]\n",
        "plugins: &p [search]\nextra: {q: *p}\n",
        "plugins: [search]\nplugins: [tags]\n",
    ],
)
def test_what_cannot_be_edited_without_other_changes_is_refused(tmp_path, text):
    (tmp_path / "mkdocs.yml").write_bytes(text.encode())
    for arguments in ([], ["--dry-run"]):
        ended = init(tmp_path, *arguments)
        assert (ended.returncode, ended.stdout) == (2, ""), text
        assert tree(tmp_path) == {"mkdocs.yml": text.encode()}


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_a_file_where_a_folder_must_be_is_told(tmp_path, arguments):
    (tmp_path / "tasks").write_text("")
    ended = init(tmp_path, *arguments)
    assert ended.returncode == 2
    assert "'tasks' is a file" in ended.stderr
    assert tree(tmp_path) == {"tasks": b""}


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeffsite_name: x\n"])
def test_an_empty_configuration_and_a_byte_order_mark_are_no_obstacle(tmp_path, text):
    (tmp_path / "mkdocs.yml").write_text(text, encoding="utf-8")
    assert init(tmp_path).returncode == 0
    written = (tmp_path / "mkdocs.yml").read_text(encoding="utf-8")
    assert written.startswith(text)
    assert yaml.safe_load(written.removeprefix("\ufeff"))["plugins"] == ["search", "plantrace"]


def test_templates_on_the_site_are_told(tmp_path):
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nexclude_docs: drafts/\n")
    assert "Add '_template/' to 'exclude_docs'" in init(tmp_path).stdout


def test_templates_lie_where_their_globs_find_them(tmp_path):
    options = "{plans: 'p/**/*.md', logs: 'l/**/*.md'}"
    (tmp_path / "mkdocs.yml").write_text(
        f"site_name: x\nexclude_docs: _template/\nplugins:\n  - plantrace: {options}\n"
    )
    assert init(tmp_path).returncode == 0
    assert (tmp_path / "docs/p/_template/PLAN.md").is_file()
    assert (tmp_path / "docs/l/_template/EXEC_LOG.md").is_file()
    new = plantrace("new", "T-1", "--title", "First", "--phase", "0", cwd=tmp_path)
    assert new.returncode == 0, new.stderr
    assert (tmp_path / "docs/p/T-1_first.md").is_file()
    assert (tmp_path / "docs/l/T-1_first.md").is_file()
    assert plantrace("check", "--strict", cwd=tmp_path).returncode == 0


def test_an_inherited_entry_is_enough(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "base.yml").write_text("plugins: [plantrace]\n")
    (tmp_path / "mkdocs.yml").write_text("INHERIT: base.yml\nsite_name: x\n")
    assert init(tmp_path).returncode == 0
    assert (tmp_path / "mkdocs.yml").read_text() == "INHERIT: base.yml\nsite_name: x\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("plugins: foo", "'mkdocs.yml' cannot be edited: its plugins are text"),
        ("a: [", "mkdocs.yml:1:5: "),
        ("plugins: [{plantrace: {rot: x}}]", "option 'rot'"),
        ("docs_dir: /elsewhere", "is not inside"),
    ],
)
def test_what_cannot_be_set_up_is_refused_and_stays(tmp_path, text, reason):
    (tmp_path / "mkdocs.yml").write_text(text)
    ended = init(tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert reason in ended.stderr
    assert tree(tmp_path) == {"mkdocs.yml": text.encode()}


NAMES = ["mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "properdocs.yaml"]


@pytest.mark.parametrize("name", NAMES)
def test_the_configuration_of_the_folder_is_edited_whatever_its_name(tmp_path, name):
    (tmp_path / name).write_text("site_name: x\nplugins:\n  - search\n")
    ended = init(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert yaml.safe_load((tmp_path / name).read_text())["plugins"] == ["search", "plantrace"]
    assert [path.name for path in tmp_path.glob("*.y*ml")] == [name]
    assert f"  {name}: plugin added\n" in ended.stdout
    assert plantrace("check", cwd=tmp_path).returncode in (0, 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_configuration_above_is_named_and_nothing_is_written(tmp_path, name):
    (tmp_path / name).write_text("site_name: x\n")
    (tmp_path / "a/b").mkdir(parents=True)
    before = tree(tmp_path)
    ended = init(tmp_path / "a/b")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"plantrace init -f ../../{name}\n" in ended.stderr
    assert tree(tmp_path) == before
    assert init(tmp_path / "a/b", "-f", f"../../{name}").returncode == 0
    assert "plantrace" in (tmp_path / name).read_text()
    assert init(tmp_path / "a/b", "-f", "mkdocs.yml").returncode == 0
    assert (tmp_path / "a/b/mkdocs.yml").is_file()


@pytest.mark.parametrize(
    ("there", "named"),
    [
        ("mkdocs.yaml", "mkdocs.yml"),
        ("mkdocs.yml", "mkdocs.yaml"),
        ("mkdocs.yml", "properdocs.yml"),
        ("properdocs.yml", "mkdocs.yml"),
    ],
)
def test_no_configuration_is_written_beside_another(tmp_path, there, named):
    (tmp_path / there).write_text("site_name: x\n")
    ended = init(tmp_path, "-f", named)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"a second configuration beside '{there}'" in ended.stderr
    assert not (tmp_path / named).exists()
    assert init(tmp_path, "-f", "mkdocs.de.yml").returncode == 0


@pytest.mark.parametrize("folder", ["docs-site", "a/b", "my docs"])
@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_the_pipeline_is_at_the_top_of_the_repository(tmp_path, service, folder):
    (tmp_path / ".git").mkdir()
    (tmp_path / folder / "docs").mkdir(parents=True)
    (tmp_path / folder / "mkdocs.yml").write_text("site_name: x\n")
    ended = init(tmp_path / folder, "--ci", service)
    assert ended.returncode == 0, ended.stderr
    text = (tmp_path / PIPELINES[service]).read_text()
    assert not (tmp_path / folder / PIPELINES[service]).exists()
    (job,) = yaml.safe_load(text)["jobs"].values() if service == "github" else [None]
    steps = [step.get("run") for step in job["steps"]] if job else []
    commands = steps or yaml.safe_load(text)["plantrace"]["script"]
    new = plantrace("new", "T-1", "-t", "x", "-p", "0", cwd=tmp_path / folder)
    assert new.returncode == 0, new.stderr
    words = shlex.split(commands[-1])
    assert words[:4] == ["plantrace", "check", "-f", f"{folder}/mkdocs.yml"]
    assert plantrace(*words[1:], cwd=tmp_path).returncode == 0
    again = init(tmp_path / folder, "--ci", service)
    assert again.stdout.splitlines()[0].startswith("The project is already set up")
    assert "Add to" not in again.stdout


@pytest.mark.parametrize("name", ["mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "site.yml"])
def test_the_pipeline_names_a_configuration_that_is_not_found_without(tmp_path, name):
    (tmp_path / name).write_text("site_name: x\n")
    assert init(tmp_path, "-f", name).returncode == 0
    option = " -f site.yml" if name == "site.yml" else ""
    text = (tmp_path / PIPELINES["github"]).read_text()
    assert f"- run: plantrace check{option} --format github\n" in text


@pytest.mark.parametrize(
    ("source", "installed", "is_noted"),
    [
        (None, "pip install mkdocs-plantrace=={}", False),
        ({"url": "file:///clone", "dir_info": {}}, "pip install mkdocs-plantrace=={}", True),
        ({"url": "file:///a.whl", "archive_info": {}}, "pip install mkdocs-plantrace=={}", True),
        (
            {"url": "ssh://git@x/y", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}},
            "pip install 'mkdocs-plantrace @ git+ssh://git@x/y@c0ffee'",
            False,
        ),
    ],
)
def test_the_pipeline_installs_what_wrote_it(tmp_path, monkeypatch, source, installed, is_noted):
    class Installed:
        def read_text(self, _):
            return json.dumps(source) if source else None

    monkeypatch.setattr(
        "mkdocs_plantrace.editing.project_setup.distribution", lambda _: Installed()
    )
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(main, ["init"])
    assert ended.exit_code == 0, ended.output
    workflow = yaml.safe_load((tmp_path / PIPELINES["github"]).read_text())
    assert workflow["jobs"]["plantrace"]["steps"][2]["run"] == installed.format(__version__)
    assert (
        "If the index does not have it yet, replace it with a Git address" in ended.output
    ) is is_noted


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_what_to_add_to_a_pipeline_that_is_there_is_printed_until_it_is_there(tmp_path, service):
    path = tmp_path / PIPELINES[service]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("build: {script: make}\n")
    ended = init(tmp_path, "--ci", service)
    assert f"Add to '{PIPELINES[service]}', so that it checks the record:" in ended.stdout
    path.write_text("# mine\nx: plantrace check --strict\n")
    assert "Add to" not in init(tmp_path, "--ci", service).stdout
    assert path.read_text() == "# mine\nx: plantrace check --strict\n"


@pytest.mark.parametrize(
    ("site", "docs_dir", "record", "root"),
    [
        ("docs-site", "docs", "tasks/T-1/meta.yml", ".."),
        ("docs-site", "docs", "docs-site/tasks/T-1/meta.yml", None),
        ("docs-site", "docs", "docs-site/docs/tasks/x.yml", None),
        ("docs-site", "docs", "tasks/_template/meta.yml", None),
        ("docs-site", "../docs", "tasks/T-1/meta.yml", ".."),
        ("docs-site", "../docs", "docs/README.md", ".."),
        ("a/b", "docs", "a/tasks/T-1/meta.yml", ".."),
        ("a/b", "docs", "tasks/x/T-1/meta.yml", "../.."),
        (".", "docs", "tasks/T-1/meta.yml", None),
    ],
)
def test_the_root_is_where_the_record_is(tmp_path, site, docs_dir, record, root):
    (tmp_path / ".git").mkdir()
    (tmp_path / record).parent.mkdir(parents=True)
    (tmp_path / record).write_text(metadata())
    (tmp_path / site / docs_dir).mkdir(parents=True, exist_ok=True)
    (tmp_path / site / "mkdocs.yml").write_text(f"site_name: x\ndocs_dir: {docs_dir}\n")
    ended = init(tmp_path / site)
    assert ended.returncode == 0, ended.stderr
    plugins = yaml.safe_load((tmp_path / site / "mkdocs.yml").read_text())["plugins"]
    assert plugins == ["search", {"plantrace": {"root": root}} if root else "plantrace"]
    found = plantrace("check", cwd=tmp_path / site)
    assert found.returncode == (0 if "/T-1/" in record else 1), found.stdout


def test_without_a_repository_the_record_is_not_looked_for_above(tmp_path):
    (tmp_path / "tasks/T-1").mkdir(parents=True)
    (tmp_path / "tasks/T-1/meta.yml").write_text(metadata())
    (tmp_path / "new").mkdir()
    assert init(tmp_path / "new").returncode == 0
    assert "root" not in (tmp_path / "new/mkdocs.yml").read_text()


@pytest.mark.parametrize("folder", ["docs-site", "tools/site"])
def test_a_configuration_below_is_named_and_nothing_is_written(tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "mkdocs.yaml").write_text("site_name: x\n")
    before = tree(tmp_path)
    ended = init(tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"plantrace init -f {folder}/mkdocs.yaml\n" in ended.stderr
    assert tree(tmp_path) == before
    below = init(tmp_path, "-f", f"{folder}/mkdocs.yaml")
    assert f"Next: plantrace new -f {folder}/mkdocs.yaml TASK-1" in below.stdout


@pytest.mark.parametrize(
    ("configuration", "page", "is_told"),
    [
        ("", "plans/a/PLAN.md", True),
        ("", "work/x/EXEC_LOG.md", True),
        ("", "plans/_template/PLAN.md", False),
        ("", "plans/a/README.md", False),
        ("nav: [index.md]\n", "plans/a/PLAN.md", False),
        ("exclude_docs: _template/ plans/\n", "plans/a/README.md", False),
    ],
)
def test_pages_that_leave_the_navigation_are_told(tmp_path, configuration, page, is_told):
    (tmp_path / "docs" / page).parent.mkdir(parents=True)
    (tmp_path / "docs" / page).write_text("# Mine\n")
    (tmp_path / "mkdocs.yml").write_text(f"site_name: x\n{configuration}")
    ended = init(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert (f"1 page here, such as 'docs/{page}'" in ended.stdout) is is_told
    assert ("'nav: full'" in ended.stdout) is is_told
    assert "'nav: full'" not in init(tmp_path).stdout


@pytest.mark.parametrize(
    ("configuration", "told"),
    [
        ("docs_dir: .\nsite_dir: ../site\n", "Add '/tasks/**/meta.yml' and '/tasks/plantrace"),
        (
            "plugins: [{plantrace: {tasks: docs/t/*/m.yml}}]\n",
            "Add '/t/*/m.yml' and '/t/plantrace.schema.json' to 'exclude_docs'",
        ),
    ],
)
def test_metadata_on_the_site_is_told(tmp_path, configuration, told):
    (tmp_path / "mkdocs.yml").write_text(f"site_name: x\n{configuration}")
    ended = init(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert told in ended.stdout
    patterns = re.findall(r"'(/\S+)'", ended.stdout)
    with (tmp_path / "mkdocs.yml").open("a") as stream:
        text = "".join(f"  {pattern}\n" for pattern in ["_template/", *patterns])
        stream.write(f"exclude_docs: |\n{text}")
    assert "MkDocs publishes" not in init(tmp_path).stdout


def test_templates_are_published_if_another_folder_is_excluded(tmp_path):
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nexclude_docs: email_templates/\n")
    ended = plantrace("init", cwd=tmp_path)
    assert "Add '_template/' to 'exclude_docs'" in ended.stdout


AGENTS = "AGENTS.md"
MARKS = "<!-- plantrace:start -->", "<!-- plantrace:end -->"


def test_agents_are_told_how_the_record_is_kept(tmp_path):
    assert init(tmp_path).returncode == 0
    assert not (tmp_path / AGENTS).exists()
    ended = init(tmp_path, "--agents")
    assert "AGENTS.md written" in ended.stdout
    text = (tmp_path / AGENTS).read_text()
    assert text.startswith(f"{MARKS[0]}\n## ")
    assert text.endswith(f"{MARKS[1]}\n")
    assert "in this folder" in text
    names = set(re.findall(r"plantrace ([a-z]+)", text))
    assert {"show", "errors", "log", "next", "new", "status", "check", "explain"} == names & set(
        main.list_commands(None)
    )
    assert "<" not in text.replace(MARKS[0], "").replace(MARKS[1], "")
    assert init(tmp_path, "--agents").stdout.endswith("nothing was written\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_only_the_section_of_agents_changes(tmp_path, end, start):
    assert init(tmp_path).returncode == 0
    mine = f"# Mine{end}{end}Keep `this`.".encode()
    (tmp_path / AGENTS).write_bytes(start + mine)
    ended = init(tmp_path, "--agents")
    assert "AGENTS.md: section for agents" in ended.stdout
    added = (tmp_path / AGENTS).read_bytes()
    assert added.startswith(start + mine + f"{end}{end}{MARKS[0]}{end}".encode())
    assert added.count(b"\r\n") in (0, added.count(b"\n"))

    old = added.replace(b"plantrace next", b"plantrace old") + b"After.\n"
    (tmp_path / AGENTS).write_bytes(old)
    diff = init(tmp_path, "--agents", "--dry-run").stdout
    assert "plantrace old" in diff
    assert (tmp_path / AGENTS).read_bytes() == old
    assert init(tmp_path, "--agents").returncode == 0
    assert (tmp_path / AGENTS).read_bytes() == added + b"After.\n"


@pytest.mark.parametrize(
    "text", [MARKS[0], f"{MARKS[1]}\n{MARKS[0]}\n", f"{MARKS[0]}{MARKS[1]}{MARKS[1]}"]
)
def test_marks_of_agents_that_are_no_pair_are_refused(tmp_path, text):
    assert init(tmp_path).returncode == 0
    (tmp_path / AGENTS).write_text(text)
    ended = init(tmp_path, "--agents")
    assert ended.returncode == 2
    assert "one '<!-- plantrace:end -->' after it" in ended.stderr
    assert (tmp_path / AGENTS).read_text() == text


def test_agents_of_another_layout_get_no_commands_that_it_refuses(tmp_path):
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "site"
    change = folder / "openspec/changes/add-search"
    change.mkdir(parents=True)
    (change / "proposal.md").write_text("# Add search\n")
    (change / "tasks.md").write_text("- [ ] 1.1 Index\n")
    assert init(folder, "--agents").returncode == 0
    text = (tmp_path / AGENTS).read_text()
    assert "in `site`" in text
    assert "plantrace status" not in text
    assert "plantrace new" not in text
