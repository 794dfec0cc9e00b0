"""What other plugins do to files, folders and pages; hooks stand for the plugins here."""

import filecmp
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import EntryPoint

import mkdocs
import pytest
from conftest import metadata, traced
from mkdocs.config.defaults import MkDocsConfig
from test_cli import plantrace, run_mkdocs

# Like rss, document-dates, autolinks and others: these read, stat and name every file.
READS_EVERY_FILE = """
import os
from pathlib import Path
seen = {}
def on_files(files, config):
    for file in files:
        assert os.path.isfile(file.abs_src_path), file.src_uri
        seen[file.src_uri] = file.abs_src_path
    return files
def on_page_markdown(markdown, page, config, files):
    for file in files:
        assert os.stat(file.abs_src_path).st_mtime, file.src_uri
def on_post_build(config):
    assert all(map(os.path.isfile, seen.values()))
    found = [f"{uri} {path}" for uri, path in seen.items() if uri.startswith("trace/")]
    Path(config.config_file_path).with_name("seen").write_text("\\n".join(found))
"""
# Like plugins with a class of pages of their own, or that make all files anew.
COPIES_FILES = """
from mkdocs.structure.files import File
def on_files(files, config):
    for file in list(files):
        if file.src_uri.startswith("trace/") and file.src_uri.endswith(".md"):
            path = file.abs_src_path
            files.remove(file)
            copy = File(file.src_uri, None, config.site_dir, config.use_directory_urls)
            copy.abs_src_path = path
            files.append(copy)
    return files
"""
OWN_CLASS_OF_PAGES = """
from mkdocs.structure.pages import Page
class Own(Page):
    pass
def on_nav(nav, config, files):
    for file in files.documentation_pages():
        if file.page is None:
            Own(None, file, config)
        else:
            file.page.__class__ = Own
"""
DATES_PAGES = """
import os
def on_page_content(html, page, config, files):
    return f"{html}<time>{os.path.getmtime(page.file.abs_src_path)}</time>"
"""
LAST = "import mkdocs.plugins\n@mkdocs.plugins.event_priority(-200)\n"

# Like monorepo and techdocs-core: docs_dir becomes a copy, with documents of others in it.
MOVES_DOCS_DIR = """
import os, shutil, tempfile
def on_config(config):
    copy = os.path.join({folder}, "docs")
    shutil.copytree(config.docs_dir, copy, dirs_exist_ok=True)
    os.makedirs(os.path.join(copy, "other"), exist_ok=True)
    with open(os.path.join(copy, "other/index.md"), "w") as page:
        page.write("# Other, with T-1")
    config.originals = config.docs_dir
    config.docs_dir = copy
def on_pre_page(page, config, files):
    original = os.path.join(config.originals, page.file.src_uri)
    if os.path.exists(original):
        page.file.abs_src_path = original
    return page
"""
# Like literate-nav: a navigation of all files, unless there is one, which may name folders.
LITERATE_NAV = """
from pathlib import PurePosixPath
from mkdocs.config import base, config_options
from mkdocs.plugins import BasePlugin, event_priority
class Options(base.Config):
    nav_file = config_options.Type(str, default="SUMMARY.md")
class Plugin(BasePlugin[Options]):
    @event_priority(-100)
    def on_files(self, files, config):
        pages = [file.src_uri for file in files.documentation_pages()]
        if summary := files.get_file_from_path(self.config.nav_file):
            entries = summary.content_string.split()
            files.remove(summary)
        else:
            entries = config.nav or ["*"]
        nav = []
        for entry in entries:
            if isinstance(entry, str) and entry[-1] in "/*":
                nav += [uri for uri in pages if uri.startswith(entry.rstrip("*"))]
            else:
                nav.append(entry)
        config.nav = nav
"""
# Like static-i18n: rejects what is not in docs_dir, and builds once for each language.
I18N = """
from pathlib import Path
from mkdocs import utils
from mkdocs.commands.build import build
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
class Plugin(BasePlugin):
    current_language = default_language = "en"
    building = False
    @event_priority(-100)
    def on_files(self, files, config):
        made = []
        for file in files:
            if Path(file.abs_src_path).is_relative_to(config.docs_dir):
                copy = File(file.src_uri, config.docs_dir, config.site_dir, True)
                if self.current_language != "en":
                    copy.dest_uri = f"{self.current_language}/{copy.dest_uri}"
                made.append(copy)
            elif not file.is_documentation_page():
                made.append(file)
        return Files(made)
    @event_priority(-100)
    def on_post_build(self, config):
        if self.building:
            return
        self.building, clean = True, utils.clean_directory
        utils.clean_directory = lambda folder: None
        for self.current_language in ("de", "fr"):
            build(config)
        utils.clean_directory, self.building, self.current_language = clean, False, "en"
"""
# Like print-site: joins the HTML of pages, and makes an anchor of each address in double quotes.
PRINT_SITE = """
import re
from pathlib import Path
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File
class Plugin(BasePlugin):
    def on_config(self, config):
        self.print_file = File("print_page.md", "", config.site_dir, config.use_directory_urls)
    def on_page_content(self, html, page, config, files):
        page.html = html
    def on_nav(self, nav, config, files):
        self.nav = nav
    def on_post_build(self, config):
        html = "".join(page.html for page in self.nav.pages)
        html = re.sub('href="([^"#]+)', lambda link: 'href="#' + link[1].replace("/", "-"), html)
        path = Path(self.print_file.abs_dest_path)
        path.parent.mkdir(exist_ok=True)
        path.write_text(html)
"""
# Like video: parses the HTML of each page, and fails on an empty one.
READS_HTML = """
from html.parser import HTMLParser
def on_page_content(html, page, config, files):
    assert html.strip(), page.file.src_uri
    assert not page.file.src_uri.startswith("trace/") or "pt-page" in html
"""


@pytest.fixture
def record(project):
    project.write({"docs/index.md": "# Home\n", **traced(), **traced("T-2", phase="1")})
    return project


@pytest.fixture
def plugin(tmp_path_factory, monkeypatch):
    """Installs a plugin of this source under a name."""

    def install(name, source):
        folder = tmp_path_factory.mktemp("installed")
        module = "stand_in_for_" + re.sub(r"\W", "_", name)
        (folder / f"{module}.py").write_text(source)
        monkeypatch.syspath_prepend(folder)
        monkeypatch.delitem(sys.modules, module, raising=False)
        # MkDocs looks for plugins once, when it is imported.
        installed = dict(MkDocsConfig._schema)["plugins"].installed_plugins  # noqa: SLF001
        entry_point = EntryPoint(name, f"{module}:Plugin", "mkdocs.plugins")
        monkeypatch.setitem(installed, name, entry_point)

    return install


def with_hook(project, *hooks, **site):
    project.write({f"hook_{n}.py": hook for n, hook in enumerate(hooks)})
    project.site = {"hooks": [f"hook_{n}.py" for n in range(len(hooks))], **site}
    return project


def links(html):
    return re.findall(r'href="([^"]*)"', html)


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("options", [{}, {"prefix": "work/trace", "nav": "none"}])
def test_every_file_has_a_source_that_can_be_read(record, options, last):
    record.options = options
    hook = READS_EVERY_FILE
    if last:
        hook = hook.replace("def on_files", f"{LAST}def on_files")
    outcome = with_hook(record, hook).build(strict=True)
    assert (outcome.failure, outcome.report) == (None, "")


def test_the_source_of_a_task_page_is_its_metadata_and_of_others_a_file_of_its_own(record):
    assert with_hook(record, READS_EVERY_FILE).build().failure is None
    lines = (record.root / "seen").read_text().splitlines()
    sources = dict(line.split(" ", 1) for line in lines)
    assert sources["trace/tasks/T-1.md"] == str(record.root / "tasks/T-1/meta.yml")
    others = {uri: path for uri, path in sources.items() if not uri.startswith("trace/tasks/T-")}
    assert {"trace/index.md", "trace/phases/0.md", "trace/errors-index.js"} <= others.keys()
    assert not any(path.startswith(str(record.root)) for path in others.values())
    names = [os.path.basename(path) for path in others.values()]
    assert not {"index.md", "errors.md", "problems.md"} & set(names)


@pytest.mark.parametrize("hook", [COPIES_FILES, OWN_CLASS_OF_PAGES], ids=["copies", "class"])
@pytest.mark.parametrize("theme", ["mkdocs", "material"])
def test_metadata_never_becomes_the_text_of_a_page(record, hook, theme):
    record.write({"tasks/T-1/meta.yml": "---\n" + traced(title="Rotate")["tasks/T-1/meta.yml"]})
    outcome = with_hook(record, hook, theme=theme).build(strict=True)
    assert outcome.failure is None
    page = outcome.page("trace/tasks/T-1/index.html")
    assert "T-1: Rotate" in page
    assert "pt-page" in page
    assert "task_id:" not in page
    assert "task_id" not in outcome.page("search/search_index.json")


def test_two_builds_with_dates_of_sources_are_the_same_to_the_byte(record, tmp_path):
    with_hook(record, DATES_PAGES, theme="material").build()
    shutil.copytree(record.root / "site", tmp_path / "first")
    record.build()
    names = [
        path.relative_to(record.root / "site")
        for path in (record.root / "site").rglob("*")
        if path.is_file() and path.name != "sitemap.xml.gz"
    ]
    _, different, errors = filecmp.cmpfiles(
        tmp_path / "first", record.root / "site", names, shallow=False
    )
    assert (different, errors) == ([], [])
    assert "<time>" in record.build().page("trace/index.html")


def test_no_temporary_file_stays(record, tmp_path):
    record.configure()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    run = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    subprocess.run(run, check=True, cwd=record.root, env=environment)
    assert list(temporary.iterdir()) == []
    assert (record.root / "site/trace/errors-index.js").stat().st_size > 0


def test_a_dirty_build_copies_assets_and_search_data(record):
    record.configure()
    for _ in range(2):
        ended = run_mkdocs("build", "--dirty", cwd=record.root)
        assert ended.returncode == 0, ended.stderr
        assert "T-1" in (record.root / "site/trace/errors-index.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("plan", ["Text.\n", "[gone](gone.md)\n"])
def test_mkdocs_logs_its_warnings_beside_ours(record, plan):
    """A single warning stops nothing; MkDocs counts it, and fails at the end."""
    record.write({"tasks/T-1/meta.yml": metadata(owner=""), "docs/own.md": "[x](missing.md)\n"})
    record.write({"docs/plans/T-1/PLAN.md": f"# Plan of T-1\n\n{plan}"})
    record.options = {"rules": {"PT108": "warning"}, "evidence": "check.json"}
    outcome = record.build(strict=True)
    assert re.search(r"Aborted with \d+ warnings in strict mode", outcome.failure)
    assert "PT" in outcome.report
    assert "missing.md" in outcome.report
    assert '"FAIL"' in (record.root / "check.json").read_text(encoding="utf-8")
    (message,) = [text for _, text in outcome.records if "--strict turns warnings" in text]
    assert "0 errors" in message
    assert (outcome.site / "trace/index.html").exists()
    assert record.build(strict=False).failure is None


def test_with_an_error_the_build_stops_at_once(record):
    record.write({"docs/own.md": "[x](missing.md)\n"})
    record.write({"tasks/T-1/meta.yml": metadata(implementation_plan="docs/gone.md")})
    outcome = record.build(strict=True)
    assert "PT103" in outcome.report
    assert not (outcome.site / "index.html").exists()


@pytest.mark.parametrize("folder", ["tempfile.mkdtemp()", "os.path.dirname(config.docs_dir)"])
@pytest.mark.parametrize("docs_dir", ["docs", "pages/docs"])
def test_docs_dir_is_the_configured_one_where_a_plugin_moves_it(record, docs_dir, folder):
    if docs_dir != "docs":
        record.write({f"{docs_dir}/index.md": "# Home\n"})
        shutil.copytree(record.root / "docs", record.root / docs_dir, dirs_exist_ok=True)
        for task in ("T-1", "T-2"):
            path = record.root / f"tasks/{task}/meta.yml"
            path.write_text(path.read_text().replace("docs/plans", f"{docs_dir}/plans"))
        shutil.rmtree(record.root / "docs")
    folder = f"os.path.join({folder}, 'build')"
    record.write({f"{docs_dir}/plans/T-1/PLAN.md": "# Plan of T-1\n\n[log](EXEC_LOG.md) T-2\n"})
    hook = MOVES_DOCS_DIR.format(folder=folder)
    outcome = with_hook(record, hook, docs_dir=docs_dir).build(strict=True)
    assert (outcome.failure, outcome.report) == (None, "")
    plan = outcome.page("plans/T-1/PLAN/index.html")
    assert "pt-box" in plan
    assert {"../../../trace/tasks/T-2/", "../EXEC_LOG/"} <= set(links(plan))
    assert "../trace/tasks/T-1/" in links(outcome.page("other/index.html"))


def test_where_docs_dir_is_moved_problems_have_the_places_of_the_configured_one(record):
    record.write({"docs/plans/T-1/PLAN.md": "# Plan of T-1\n\n[x](gone.md)\n"})
    hook = MOVES_DOCS_DIR.format(folder="tempfile.mkdtemp()")
    outcome = with_hook(record, hook).build()
    assert "docs/plans/T-1/PLAN.md:3:5: error PT108" in outcome.report


@pytest.mark.parametrize(
    ("nav", "summary", "shown", "hidden"),
    [
        (
            None,
            None,
            {"trace/", "trace/phases/0/", "guide/"},
            {"trace/tasks/T-1/", "plans/T-1/PLAN/"},
        ),
        (None, "index.md trace/", {"trace/", "trace/phases/1/"}, {"trace/tasks/T-1/", "guide/"}),
        (None, "index.md guide.md", {"trace/", "guide/"}, {"trace/tasks/T-2/"}),
        (None, "trace/ plans/", {"trace/", "plans/T-1/PLAN/"}, {"trace/tasks/T-2/"}),
        (["index.md", "trace/"], None, {"trace/", "trace/problems/"}, {"trace/tasks/T-1/"}),
        (
            ["index.md", {"One": "trace/tasks/T-1.md"}],
            None,
            {"trace/tasks/T-1/"},
            {"trace/tasks/T-2/"},
        ),
    ],
)
def test_a_pruned_navigation_survives_literate_nav(record, plugin, nav, summary, shown, hidden):
    plugin("literate-nav", LITERATE_NAV)
    record.write({"docs/guide.md": "# Guide\n"})
    if summary:
        record.write({"docs/SUMMARY.md": summary})
    record.site = {"plugins": ["search", {"plantrace": {}}, "literate-nav"], "theme": "readthedocs"}
    if nav:
        record.site["nav"] = nav
    outcome = record.build(strict=True)
    assert (outcome.failure, outcome.report) == (None, "")
    menu = outcome.page("index.html").partition('role="navigation"')[2].partition("</nav>")[0]
    assert shown <= set(links(menu))
    assert not hidden & set(links(menu))
    assert (outcome.site / "trace/tasks/T-1/index.html").exists()


@pytest.mark.parametrize("last", [False, True])
def test_each_language_of_a_translated_site_has_its_pages(record, plugin, last):
    plugin("i18n", I18N)
    plugins = ["search", {"plantrace": {"evidence": "check.json"}}]
    plugins.insert(2 if last else 1, "i18n")
    record.site = {"plugins": plugins, "theme": "readthedocs"}
    record.write({"docs/plans/T-1/PLAN.md": "# Plan of T-1\n\nAfter T-2.\n"})
    record.write({"tasks/T-3/meta.yml": metadata("T-3", surprise=1)})
    outcome = record.build()
    assert outcome.failure is None
    for folder in ("", "de/", "fr/"):
        task = outcome.page(f"{folder}trace/tasks/T-1/index.html")
        assert "../../../plans/T-1/PLAN/" in links(task)
        plan = outcome.page(f"{folder}plans/T-1/PLAN/index.html")
        assert "../../../trace/tasks/T-2/" in links(plan)
        assert "pt-box" in plan
        search = outcome.page(f"{folder}trace/errors-index.js")
        assert "T-1" in search
    assert '"PASS"' in (record.root / "check.json").read_text(encoding="utf-8")
    said = [text for _, text in outcome.records if "errors, " in text]
    assert len(said) == 1


def test_each_language_of_a_translated_site_has_the_records_of_a_layout(record, plugin):
    plugin("i18n", I18N)
    layouts = {"layouts": ["plantrace", "openspec"]}
    record.site = {"plugins": ["search", {"plantrace": layouts}, "i18n"], "theme": "readthedocs"}
    record.write({"openspec/changes/add-login/proposal.md": "# Add the login\n"})

    outcome = record.build(strict=True)

    assert outcome.failure is None
    for folder in ("", "de/", "fr/"):
        task = outcome.page(f"{folder}trace/tasks/add-login/index.html")
        assert "../../records/openspec/changes/add-login/proposal/" in links(task)
        proposal = outcome.page(
            f"{folder}trace/records/openspec/changes/add-login/proposal/index.html"
        )
        assert "../../../../../tasks/add-login/" in links(proposal)


@pytest.mark.parametrize("theme", ["mkdocs", "material"])
def test_plugins_that_read_html_see_that_of_generated_pages(record, theme):
    assert with_hook(record, READS_HTML, theme=theme).build().failure is None


@pytest.mark.parametrize("directory_urls", [True, False])
def test_a_crawler_finds_the_page_of_each_link(record, directory_urls):
    """Like htmlproofer, which looks for the whole address without the fragment among the files."""
    record.write(traced("T-3", status="blocked", depends_on=["T-1"]))
    record.site = {"use_directory_urls": directory_urls}
    site = record.build().site
    pages = list((site / "trace").rglob("*.html"))
    assert len(pages) == 13
    for page in pages:
        content = page.read_text(encoding="utf-8").partition('class="pt-page"')[2]
        for href in links(content.partition("<footer")[0]):
            path = href.partition("#")[0]
            target = page.parent / path
            assert path.startswith("http") or target.is_file() or (target / "index.html").is_file()


@pytest.mark.parametrize("directory_urls", [True, False])
def test_the_printed_page_has_graphs_and_links_to_what_is_not_printed(
    record, plugin, directory_urls
):
    plugin("print-site", PRINT_SITE)
    record.write({"docs/index.md": "# Home\n\nT-1, [plan](plans/T-1/PLAN.md#plan-of-t-1)\n"})
    record.write(traced("T-3", depends_on=["T-1"]))
    record.site = {
        "plugins": ["search", {"plantrace": {}}, "print-site"],
        "use_directory_urls": directory_urls,
    }
    site = record.build().site
    printed = site / ("print_page/index.html" if directory_urls else "print_page.html")
    html = printed.read_text(encoding="utf-8")
    assert "pt-node" in html
    assert "plantrace-graph" not in html
    paths = [path.partition("#")[0] for path in re.findall("href='([^']*)'", html)]
    pages = [os.path.normpath(printed.parent / path) for path in paths]
    pages = [path if path.endswith(".html") else f"{path}/index.html" for path in pages]
    assert all(map(os.path.isfile, pages))
    end = "/index.html" if directory_urls else ".html"
    assert {f"{site}/trace/tasks/T-1{end}", f"{site}/plans/T-1/PLAN{end}"} <= set(pages)
    left = {link for link in re.findall('href="#([^"]*)"', html) if "tasks-T" in link}
    assert left == set()


# Like mkdocs-exclude.
EXCLUDE = """
import fnmatch, re
from mkdocs.config import base, config_options
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
class Options(base.Config):
    glob = config_options.Type((str, list), default=[])
    regex = config_options.Type((str, list), default=[])
class Plugin(BasePlugin[Options]):
    def on_files(self, files, config):
        globs, regexes = self.config.glob, self.config.regex
        globs = globs if isinstance(globs, list) else [globs]
        regexes = regexes if isinstance(regexes, list) else [regexes]
        def is_kept(uri):
            named = any(fnmatch.fnmatchcase(uri, glob) for glob in globs)
            return not named and not any(re.match(regex, uri) for regex in regexes)
        return Files([file for file in files if is_kept(file.src_uri)])
"""


@pytest.mark.parametrize(
    ("options", "dropped"),
    [
        ({"glob": "plans/T-1/EXEC_*"}, ["T-1"]),
        ({"glob": ["private/*", "*/EXEC_LOG.md"]}, ["T-1", "T-2"]),
        ({"regex": r".*/T-2/EXEC_LOG\.md$"}, ["T-2"]),
        ({"regex": [r"plans/T-[0-9]/E", "private/"]}, ["T-1", "T-2"]),
        ({"glob": [], "regex": None}, []),
        ({"glob": ["exec_log.md"]}, []),
    ],
)
def test_check_and_build_agree_on_what_exclude_drops(record, plugin, options, dropped):
    plugin("exclude", EXCLUDE)
    built = {name: value for name, value in options.items() if value is not None}
    record.site = {"plugins": ["search", {"plantrace": {}}, {"exclude": built}]}
    report = record.build().report
    run = plantrace("check", cwd=record.root)
    for output in (report, run.stdout):
        found = re.findall(r"tasks/(T-\d)/meta\.yml.*PT10\d.*EXEC_LOG", output)
        assert found == dropped, output
    assert run.returncode == (1 if dropped else 0)


def test_an_invalid_pattern_of_exclude_is_reported(record):
    record.site = {"plugins": [{"plantrace": {}}, {"exclude": {"regex": "("}}]}
    record.configure()
    run = plantrace("check", cwd=record.root)
    assert run.returncode == 2
    assert "plugin exclude: regex: missing )" in run.stderr


# Like awesome-pages: a section is the folder in which all of its children are.
AWESOME_PAGES = """
from posixpath import dirname
from mkdocs.plugins import BasePlugin
class Plugin(BasePlugin):
    def on_nav(self, nav, config, files):
        found = set()
        def folder(items):
            folders = {folder(it.children) and dirname(folder(it.children)) if it.children
                       else dirname(it.file.src_uri) for it in items}
            name = folders.pop() if len(folders) == 1 else None
            found.add(name)
            return name
        folder(nav.items)
        assert {"trace", "trace/phases"} <= found
"""
# Like section-index: the first page of a section becomes its index.
SECTION_INDEX = """
from mkdocs.plugins import BasePlugin
class Plugin(BasePlugin):
    def on_nav(self, nav, config, files):
        (section,) = [it for it in nav.items if it.title == "Trace"]
        print("indexes", [it.file.src_uri if it.is_page else it.title for it in section.children])
"""


@pytest.mark.parametrize("first", [True, False])
def test_awesome_pages_finds_the_folders_and_section_index_our_order(record, plugin, first, capsys):
    plugin("awesome-pages", AWESOME_PAGES)
    plugin("section-index", SECTION_INDEX)
    for name in ("awesome-pages", "section-index"):
        plugins = [{"plantrace": {}}, name] if first else [name, {"plantrace": {}}]
        record.site = {"plugins": ["search", *plugins], "theme": "readthedocs"}
        outcome = record.build(strict=True)
        assert outcome.failure is None
        shown = links(outcome.page("index.html").partition("</nav>")[0])
        ours = [link for link in shown if link.startswith("trace/")]
        assert ours[0] == "trace/"
        assert (
            ours.index("trace/phases/") < ours.index("trace/tasks/") < ours.index("trace/errors/")
        )
    wanted = "'trace/index.md', 'Phases', 'trace/tasks/index.md', 'trace/board.md'"
    assert f"indexes [{wanted}" in capsys.readouterr().out


@pytest.mark.parametrize("elsewhere", ["theme", "temporary"])
def test_what_is_on_another_drive_has_no_relative_path(
    record, monkeypatch, tmp_path_factory, elsewhere
):
    """As on Windows, where the theme or temporary files may be on another drive."""
    # A folder of its own: the usual one may hold the checkout, and so the current folder.
    temporary = str(tmp_path_factory.mktemp("temporary"))
    monkeypatch.setattr(tempfile, "tempdir", temporary)
    folders = {"theme": os.path.dirname(mkdocs.__file__), "temporary": temporary}
    relpath = os.path.relpath

    def refuse(path, start=os.curdir):
        outside = [it for it in (path, start) if not str(it).startswith(str(record.root))]
        if any(os.path.abspath(it).startswith(folders[elsewhere]) for it in outside):
            raise ValueError(f"path is on mount 'C:', start on mount 'D:': {path}")
        return relpath(path, start)

    monkeypatch.setattr(os.path, "relpath", refuse)
    outcome = record.build(strict=True)
    assert (outcome.failure, outcome.report) == (None, "")
    assert "pt-page" in outcome.page("trace/index.html")


def test_without_space_for_temporary_files_the_build_says_so(record):
    record.configure()
    build = "import tempfile; tempfile.tempdir = 'gone'; from mkdocs.__main__ import cli; cli()"
    run = subprocess.run(
        [sys.executable, "-c", build, "build"],
        check=False,
        cwd=record.root,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert "plantrace: no temporary file: " in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("nav", ["pruned", "full"])
def test_pages_that_git_authors_would_warn_about_are_excluded(record, plugin, nav):
    plugin("git-authors", GIT_AUTHORS)
    record.options = {"nav": nav}
    record.site = {"plugins": [{"git-authors": {"exclude": ["guide.md"]}}, {"plantrace": {}}]}
    assert record.build(strict=True).failure is None


# Like git-authors: a file without a history is a warning, unless it is excluded.
GIT_AUTHORS = """
from fnmatch import fnmatchcase
from mkdocs.config import base, config_options
from mkdocs.plugins import BasePlugin, get_plugin_logger
class Options(base.Config):
    exclude = config_options.Type(list, default=[])
class Plugin(BasePlugin[Options]):
    def on_page_content(self, html, page, config, files):
        file = page.file
        is_excluded = any(fnmatchcase(file.src_uri, glob) for glob in self.config.exclude)
        assert "guide.md" in self.config.exclude
        if not is_excluded and not file.abs_src_path.startswith(config.config_file_path[:-10]):
            get_plugin_logger("git").warning(f"{file.abs_src_path} has not been committed yet")
"""
