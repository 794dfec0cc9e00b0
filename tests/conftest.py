"""Builds real sites in temporary folders, and keeps what the build said."""

from __future__ import annotations

import atexit
import functools
import gc
import http.server
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
import mkdocs.utils
import pytest
import yaml
from filelock import FileLock
from hypothesis import HealthCheck, settings
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, ConfigurationError

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The first is the same without windows, and takes less time."""
IS_BROWSER_NEEDED = "PLANTRACE_TESTS_NEED_A_BROWSER" in os.environ
IN_FULL = "PLANTRACE_TESTS_IN_FULL" in os.environ
"""Whether to try every call that changes a file, and longer texts."""
LONG = 1_000_000 if IN_FULL else 300_000
"""The characters of a hostile text."""
IN_A_BROWSER = [
    pytest.mark.skipif(CHROMIUM is None and not IS_BROWSER_NEEDED, reason="there is no Chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

settings.register_profile(
    "short", max_examples=100 if IN_FULL else 50, derandomize=True, deadline=None
)
settings.register_profile(
    "nightly",
    max_examples=5000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("short")  # `--hypothesis-profile` of pytest wins

os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="plantrace-cache-")
atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)
os.environ["NO_MKDOCS_2_WARNING"] = "1"
os.environ["DISABLE_MKDOCS_2_WARNING"] = "true"


_ROLES = ("AUTHOR", "COMMITTER")


def pytest_collection_finish():
    """Keep thousands of collected tests from the garbage collector: a tenth of the time."""
    gc.collect()
    gc.freeze()


class _TemplateCache(jinja2.BytecodeCache):
    """Compiled templates for all builds of a process: compiling takes most of a small build."""

    def __init__(self):
        self._codes = {}

    def load_bytecode(self, bucket):
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        self._codes[bucket.key, bucket.checksum] = bucket.code


jinja2.Environment.__init__ = functools.partialmethod(
    jinja2.Environment.__init__, bytecode_cache=_TemplateCache()
)


# To look for themes among the installed packages takes a seventh of a small build.
mkdocs.utils.get_themes = functools.cache(mkdocs.utils.get_themes)


@dataclass
class Project:
    """A project in a temporary folder; `build` gives what a user would see."""

    root: Path
    options: dict = field(default_factory=dict)
    site: dict = field(default_factory=dict)

    def write(self, files):
        for path, content in files.items():
            where = self.root / path
            where.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                where.write_bytes(content)
            else:
                where.write_text(content, encoding="utf-8", newline="")

    def configure(self):
        config = {
            "site_name": "Test",
            "theme": "mkdocs",
            "plugins": ["search", {"plantrace": self.options}],
            **self.site,
        }
        (self.root / "docs").mkdir(exist_ok=True)
        self.write({"mkdocs.yml": yaml.safe_dump(config, sort_keys=False)})

    def build(self, *, strict=False):
        self.configure()
        config = load_config(str(self.root / "mkdocs.yml"), strict=strict)
        config.plugins.on_startup(command="build", dirty=False)
        records = _Records()
        logger = logging.getLogger("mkdocs")
        logger.addHandler(records)
        level = logger.level
        logger.setLevel(logging.INFO)
        failure = None
        try:
            build(config)
        except (Abort, ConfigurationError) as error:
            failure = str(error)
        finally:
            logger.removeHandler(records)
            logger.setLevel(level)
        return Outcome(site=self.root / "site", failure=failure, records=records.found)


class _Records(logging.Handler):
    def __init__(self):
        super().__init__()
        self.found = []

    def emit(self, record):
        self.found.append((record.levelname, record.getMessage()))


@dataclass
class Outcome:
    site: Path
    failure: str | None
    records: list

    @property
    def report(self):
        """All that was logged as warning or error, without MkDocs' prefix for plugins."""
        return "\n".join(
            message.removeprefix("mkdocs_plantrace: ")
            for level, message in self.records
            if level in ("WARNING", "ERROR") and not message.startswith("plantrace: ")
        )

    def page(self, address):
        return (self.site / address).read_text(encoding="utf-8")


class Repository:
    """A Git repository in the folder of a project; `day` may be any date that Git reads."""

    def __init__(self, project, *, is_new=True):
        self.project = project
        self.root = project.root
        if is_new:
            self.git("init", "-q", "-b", "main")

    def git(self, *arguments, day="2026-03-01", author="A", given=b""):
        date = day if "T" in day else f"{day}T12:00:00+01:00"
        identity = {"NAME": author, "EMAIL": "a@example.org", "DATE": date}
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607 (any git)
            cwd=self.root,
            env={
                **os.environ,
                **{f"GIT_{who}_{key}": it for who in _ROLES for key, it in identity.items()},
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
            },
            input=given,
            check=True,
            capture_output=True,
        )
        return done.stdout.decode().strip()

    def commit(self, files, day="2026-03-01", author="A"):
        self.project.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x", day=day, author=author)

    def merge(self, branch, day, files=()):
        """Merge a branch, with other files if there are any."""
        strategy = ["-s", "ours"] if files else []
        self.git("merge", "-q", "--no-ff", "--no-commit", *strategy, branch, day=day)
        self.commit(dict(files), day)


@pytest.fixture
def repository(project):
    return Repository(project)


@pytest.fixture
def bounded():
    """Fail a test after minutes, where linear time is seconds: its input is large and hostile."""

    def fail(*_):
        pytest.fail("this takes more than linear time")

    if hasattr(signal, "alarm"):
        signal.signal(signal.SIGALRM, fail)
        signal.alarm(120)
        yield
        signal.alarm(0)
    else:
        yield


@pytest.fixture(scope="session")
def build_once(tmp_path_factory):
    """A function that returns a folder by name; the first worker that needs it fills it."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def find(name, fill):
        folder, unfinished = base / name, base / f"{name}.new"
        with FileLock(base / f"{name}.lock"):
            if not folder.exists():
                unfinished.mkdir()
                fill(unfinished)
                unfinished.rename(folder)
        return folder

    return find


@pytest.fixture
def build_site(build_once):
    """A function that builds a site once; `prepare` writes its project."""

    def build_named(name, prepare):
        def fill(folder):
            project = Project(root=folder)
            prepare(project)
            outcome = project.build()
            assert outcome.failure is None, outcome.report

        return build_once(name, fill) / "site"

    return build_named


@pytest.fixture
def project(tmp_path):
    return Project(root=tmp_path)


def metadata(task="T-1", **fields):
    """The text of a metadata file with the required fields."""
    return yaml.safe_dump(
        {"task_id": task, "title": f"Title of {task}", "status": "planned", "phase": "0", **fields},
        sort_keys=False,
    )


def traced(task="T-1", **fields):
    """A completed task with plan and log, in the usual places."""
    folder = f"docs/plans/{task}"
    return {
        f"tasks/{task}/meta.yml": metadata(
            task,
            **{
                "status": "completed",
                "implementation_plan": f"{folder}/PLAN.md",
                "implementation_log": f"{folder}/EXEC_LOG.md",
                **fields,
            },
        ),
        f"{folder}/PLAN.md": f"# Plan of {task}\n\nText.\n",
        f"{folder}/EXEC_LOG.md": f"# Log of {task}\n\nPlan: PLAN.md\n\n## Final summary\n\nDone.\n",
    }


def theme(name):
    """The theme without what it takes from elsewhere."""
    options = {"font": False} if name == "material" else {"highlightjs": False}
    return {"theme": {"name": name, **options}, "plugins": ["search", {"plantrace": {}}]}


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
                # Else each window has two pages of its own for this, which take half of the time.
                "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def context(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context
    context.close()


@pytest.fixture
def page(context):
    """A page of its own; one context is enough, as each server has another origin."""
    page = context.new_page()
    page.requested = []
    page.faults = []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    page.close()
    # MkDocs' own search cannot work from files.
    assert [fault for fault in page.faults if "search/worker.js" not in fault] == []


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    servers = []

    def start(folder):
        handler = functools.partial(_Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def instantly(project, serve, page):
    """The overview of a site with instant navigation, which asks the sitemap for addresses."""
    project.site = {
        "site_url": "http://127.0.0.1/",
        "theme": {"name": "material", "font": False, "features": ["navigation.instant"]},
    }
    site = project.build().site
    base = serve(site)
    for sitemap in site.glob("sitemap.xml*"):
        text = sitemap.read_bytes()
        sitemap.write_bytes(text.replace(b"http://127.0.0.1/", f"{base}/".encode()))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{base}/trace/")
    page.evaluate("globalThis.stayed = true")
    yield page
    assert page.evaluate("globalThis.stayed") is True
