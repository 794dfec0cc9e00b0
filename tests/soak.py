"""Edits a project at random while `mkdocs serve` runs, and compares it with fresh builds.

Usage: python tests/soak.py [--edits 1000] [--seed 0]

Most edits break something: YAML, Markdown, templates, option files, whole folders that move away.
After each batch of edits, the server must answer with a build that has read them. After some
batches all files are valid again, and then all that is served must equal a fresh build.
"""

import argparse
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

_MOST_IN_A_BATCH = 8
_BATCHES_BEFORE_MENDING = 4
_EDITS_BEFORE_MEMORY = 10
_MOST_LOOKS = 1_200
_SCRIPT = re.compile(rb"<script>\s*var livereload = .*?</script>", re.DOTALL)
_TASKS = 30

_STATUSES = ("planned", "in_progress", "blocked", "completed")
_BROKEN_METADATA = (
    b"",
    b"task_id: [",
    b"\xff\xfe\x00",
    b"- a list\n",
    b"task_id: X\ntask_id: X\n",
    b"a: &a [*a]\n",
    b"\ttask_id: T\n",
    b"{" * 5_000,
    b"x" * 100_000,
    b"task_id: index.html\ntitle: x\nphase: index.html\nstatus: planned\n",
    b"task_id: '../../../x'\ntitle: x\nphase: '..'\nstatus: no\n",
)
_BROKEN_PAGES = (
    b"",
    b"\xff\xfe",
    b"\x00\x01",
    b"---\ntitle: [\n---\n# X\n",
    b"[x](gone.md) [y](../../../../x)\n",
    b"<!-- plantrace: tasks -->\n<!-- plantrace: nonsense x= -->\n",
    b"# T-1\n\n- Error: `x\n- Fix:\n",
    b"```\nopen\n" + b"[" * 3_000,
    b"Error: seen\nFix: done\n" * 50,
    b"# T-1 T-2 T-3\n<div>\n",
)
_TEMPLATES = ("{{ 1", "{% for %}", "{{ nothing.at.all }}", '{% include "none.html" %}')
_OPTIONS = (
    *("nav: full", "nav: none", "language: de", "prefix: record", "phases: {'1': One}"),
    *("rules: {PT110: off}", "nav: wrong", "tasks: 7", "unknown: 1"),
    *("baseline: none.json", "templates: no"),
)


def _start_files() -> dict[str, bytes]:
    """A project that uses every option that names a file."""
    files = {
        "docs/index.md": "# Home\n\n<!-- plantrace: tasks -->\n",
        "docs/decisions/one.md": "# One\n\nDecided in T-1.\n",
        "docs/troubleshooting/gate.md": "# Gate\n\nThe gate is shut, see T-2.\n",
        "templates/own.html": "<p>Own</p>\n",
        "templates/references.html": "<p>Own</p>\n",
        "baseline.json": '{"version": 1, "problems": []}\n',
        "schema.json": "{}\n",
        "signatures.yml": "GATE.SHUT:\n",
    }
    for number in range(_TASKS):
        folder = f"docs/plans/phase{number % 3}/T-{number}"
        files[f"tasks/T-{number}/meta.yml"] = _metadata(number, random.Random(number))
        files[f"{folder}/PLAN.md"] = (
            f"# Plan of T-{number}\n\nAs in [one](../../../decisions/one.md).\n"
        )
        files[f"{folder}/EXEC_LOG.md"] = _log(number, "the gate is shut")
        files[f"evidence/T-{number}.json"] = '{"status": "PASS"}\n'
    return {path: text.encode() for path, text in files.items()}


def _metadata(number: int, choice: random.Random) -> str:
    folder = f"docs/plans/phase{number % 3}/T-{number}"
    return (
        f"task_id: T-{number}\ntitle: Title {choice.randrange(1000)}\nphase: '{number % 3}'\n"
        f"status: {choice.choice(_STATUSES)}\ndepends_on: [T-{choice.randrange(_TASKS)}]\n"
        f"implementation_plan: {folder}/PLAN.md\nimplementation_log: {folder}/EXEC_LOG.md\n"
        f"evidence: [evidence/T-{number}.json]\n"
    )


def _log(number: int, error: str) -> str:
    return (
        f"# Log of T-{number}\n\nPlan: PLAN.md\n\n## Failure\n\n- Error: {error}\n- Fix: open it\n"
        "\n## Final summary\n\nDone.\n"
    )


class Tree:
    """The files of the project; `valid` are those to come back to, by path."""

    def __init__(self, root: Path, choice: random.Random) -> None:
        self.root = root
        self.choice = choice
        self.valid = _start_files()
        self.elsewhere = root.with_name("elsewhere")
        self.mend()

    def mend(self) -> None:
        """Write what is valid, and remove all else."""
        shutil.rmtree(self.elsewhere, ignore_errors=True)
        self.elsewhere.mkdir()
        for folder, folders, names in os.walk(self.root, topdown=False):
            for name in names:
                path = Path(folder, name)
                if path.relative_to(self.root).as_posix() not in self.valid:
                    path.unlink()
            for name in folders:
                path = Path(folder, name)
                if path.is_symlink():
                    path.unlink()
                elif not any(path.iterdir()):
                    path.rmdir()
        self.configure()
        for name, content in self.valid.items():
            path = self.root / name
            if path.is_symlink() or not path.is_file() or path.read_bytes() != content:
                self.write(name, content)

    def configure(self, option: str = "") -> None:
        named = ("templates: templates", "schema: schema.json", "baseline: baseline.json")
        key = option.partition(":")[0]
        options = [it for it in named if it.partition(":")[0] != key] + [option] * bool(option)
        text = f"site_name: Soak\nplugins:\n- search\n- plantrace: {{{', '.join(options)}}}\n"
        self.write("mkdocs.yml", text.encode())

    def write(self, name: str, content: bytes) -> None:
        path = self.root / name
        for parent in [*reversed(path.parents), path]:
            if self.root not in parent.parents or not os.path.lexists(parent):
                continue
            if parent.is_symlink() or not parent.is_dir():
                parent.unlink()
        self.remove(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def set(self, name: str, text: str) -> None:
        """Write a file that stays valid."""
        self.valid[name] = text.encode()
        self.write(name, self.valid[name])

    def choose(self, *ends: str) -> str:
        """A valid path with one of these ends."""
        return self.choice.choice([name for name in self.valid if name.endswith(ends)])

    def remove(self, name: str) -> None:
        path = self.root / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif os.path.lexists(path):
            path.unlink()


def change_metadata(tree: Tree) -> None:
    number = int(tree.choose("meta.yml").split("/")[1].removeprefix("T-"))
    tree.set(f"tasks/T-{number}/meta.yml", _metadata(number, tree.choice))


def change_log(tree: Tree) -> None:
    name = tree.choose("EXEC_LOG.md")
    error = tree.choice.choice(("the gate is shut", "no key", f"exit code {tree.choice.random()}"))
    tree.set(name, _log(int(name.split("/")[-2].removeprefix("T-")), error))


def change_page(tree: Tree) -> None:
    words = f"T-{tree.choice.randrange(_TASKS)} {tree.choice.random()}"
    tree.set(tree.choose("PLAN.md", "one.md", "gate.md"), f"# Title {words}\n\nWords of {words}.\n")


def change_template(tree: Tree) -> None:
    tree.set("templates/references.html", f"<p>{tree.choice.random()}</p>\n")


def change_evidence(tree: Tree) -> None:
    tree.set(tree.choose(".json"), tree.choice.choice(('{"status": "PASS"}', '{"status": "FAIL"}')))


def change_option_file(tree: Tree) -> None:
    name, text = tree.choice.choice(
        [
            ("schema.json", '{"required": ["owner_role"]}'),
            ("schema.json", "{}"),
            ("baseline.json", '{"version": 1, "problems": []}'),
        ]
    )
    tree.set(name, text)


def add_task(tree: Tree) -> None:
    number = tree.choice.randrange(_TASKS, 2 * _TASKS)
    tree.set(f"tasks/T-{number}/meta.yml", _metadata(number, tree.choice))
    tree.set(f"docs/plans/phase{number % 3}/T-{number}/PLAN.md", f"# Plan of T-{number}\n")


def remove_task(tree: Tree) -> None:
    name = tree.choose("meta.yml")
    tree.remove(name)
    if name != "tasks/T-0/meta.yml":
        del tree.valid[name]


def break_metadata(tree: Tree) -> None:
    tree.write(tree.choose("meta.yml"), tree.choice.choice(_BROKEN_METADATA))


def break_page(tree: Tree) -> None:
    tree.write(tree.choose("PLAN.md", "LOG.md", "one.md"), tree.choice.choice(_BROKEN_PAGES))


def break_template(tree: Tree) -> None:
    name = tree.choice.choice(("box", "task", "overview", "macros", "references", "problems"))
    tree.write(f"templates/{name}.html", tree.choice.choice(_TEMPLATES).encode())


def break_option_file(tree: Tree) -> None:
    content = tree.choice.choice((b"[", b"\xff", b"", b'{"$ref": "#/no"}', b"- x"))
    tree.write(tree.choice.choice(("schema.json", "baseline.json")), content)


def break_options(tree: Tree) -> None:
    tree.configure(tree.choice.choice(_OPTIONS))


def remove_anything(tree: Tree) -> None:
    folders = ("tasks", "templates", "evidence", "docs/plans", "docs/plans/phase1")
    tree.remove(tree.choice.choice((*folders, tree.choose(".md", ".yml", ".json"))))


def move_folder_away(tree: Tree) -> None:
    """As another branch does; it may come back at once, or after the server has looked."""
    name = tree.choice.choice(("tasks", "docs/plans", "templates", "docs", "mkdocs.yml"))
    away = tree.elsewhere / str(tree.choice.random())
    if os.path.lexists(tree.root / name):
        (tree.root / name).rename(away)
        time.sleep(tree.choice.choice((0, 1)))
        if name in ("docs", "mkdocs.yml") or tree.choice.random() < 0.7:
            away.rename(tree.root / name)


def replace_by_folder(tree: Tree) -> None:
    tree.write(f"{tree.choose('.md', '.yml', '.json')}/inside.txt", b"")


def replace_by_file(tree: Tree) -> None:
    tree.write(tree.choice.choice(("tasks", "templates", "docs/plans", "evidence")), b"text")


def replace_by_pipe(tree: Tree) -> None:
    name = tree.choose("PLAN.md", "meta.yml")
    tree.write(name, b"")
    (tree.root / name).unlink()
    os.mkfifo(tree.root / name)


def add_link(tree: Tree) -> None:
    """In circles, to nowhere, or to a file or folder out of the project."""
    (tree.elsewhere / "out").mkdir(exist_ok=True)
    (tree.elsewhere / "out/PLAN.md").write_text("# Out of the project\n")
    name = tree.choice.choice(
        ("tasks/link", "docs/decisions/link", tree.choose("PLAN.md", "meta.yml"))
    )
    target = tree.choice.choice((".", "..", "nowhere", "link", str(tree.elsewhere / "out")))
    if name.startswith("docs/") and target == "..":
        target = "."  # MkDocs follows links, up to forty times
    tree.write(name, b"")
    (tree.root / name).unlink()
    (tree.root / name).symlink_to(target)


EDITS = [
    *(change_metadata, change_log, change_page, change_template, change_evidence),
    *(change_option_file, add_task, remove_task, break_metadata, break_page, break_template),
    *(break_option_file, break_options, remove_anything, move_folder_away, replace_by_folder),
    *(replace_by_file, replace_by_pipe, add_link),
]


class Server:
    """A running `mkdocs serve`."""

    def __init__(self, root: Path, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.log = log
        command = [sys.executable, "-m", "mkdocs", "serve", "-a", self.address]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command, cwd=root, stdout=output, stderr=subprocess.STDOUT
            )

    def get(self, path: str) -> bytes:
        """The page without the script of the server; b'' if it has none, or does not answer."""
        try:
            with urllib.request.urlopen(f"http://{self.address}/{path}", timeout=10) as answer:
                return _SCRIPT.sub(b"", answer.read())
        except OSError:
            return b""

    def wait_for(self, words: str) -> bool:
        """Whether the home page has these words after some time."""
        for _ in range(_MOST_LOOKS):
            if self._process.poll() is not None:
                break
            if words.encode() in self.get(""):
                return True
            time.sleep(0.1)
        return False

    def wait_until_equal(self, site: Path) -> list[str]:
        """The paths that differ from a built site after many looks."""
        different = self._find_different(site)
        for _ in range(_MOST_LOOKS):
            if not different:
                break
            time.sleep(0.1)
            different = self._find_different(site)
        return different

    def _find_different(self, site: Path) -> list[str]:
        files = {path.relative_to(site).as_posix(): path for path in site.rglob("*")}
        return [
            name
            for name, path in sorted(files.items())
            if path.is_file() and self.get(name) != path.read_bytes()
        ]

    def find_memory(self) -> float:
        """The resident memory in MB, as Linux reports it; 0 elsewhere."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return 0
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def build_fresh(root: Path, address: str, site: Path) -> None:
    """Build what a server shows, in a new process."""
    code = f"from soak import build_as_server; build_as_server({os.fspath(site)!r}, {address!r})"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *sys.path]),
    }
    command = [sys.executable, "-c", code]
    subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True)


def build_as_server(site: str, address: str) -> None:
    config = load_config("mkdocs.yml", site_dir=site, dev_addr=address)
    config.plugins.on_startup(command="serve", dirty=False)
    config.site_url = f"http://{address}/"
    build(config, serve_url=config.site_url)


class Soak:
    """Counts of what was tried; `faults` says what went wrong, and after which edits."""

    def __init__(self, scratch: Path, seed: int) -> None:
        self.edits = self.answered = self.comparisons = 0
        self.memory: list[float] = []
        self.faults: list[str] = []
        self._choice = random.Random(seed)
        self._scratch = scratch
        self._tree = Tree(scratch / "project", self._choice)
        self._server = Server(self._tree.root, scratch / "serve.log")
        self._recent: list[str] = []

    def run(self, edits: int) -> None:
        try:
            if not self._server.wait_for("Home"):
                self.faults.append("the server does not start")
            batch = 0
            while self.edits < edits and not self.faults:
                self._edit(min(self._choice.randint(1, _MOST_IN_A_BATCH), edits - self.edits))
                batch += 1
                if batch % _BATCHES_BEFORE_MENDING == 0 or self.edits == edits:
                    self._compare()
        finally:
            self._server.stop()
        log = self._server.log.read_text(errors="replace")
        tracebacks = re.findall(r"(?m)^Traceback .*\n(?:[ \t].*\n)+.*", log)
        self.faults += [it for it in tracebacks if "mkdocs_plantrace" in it]

    def _edit(self, count: int) -> None:
        for _ in range(count):
            edit = self._choice.choice(EDITS)
            self._recent.append(edit.__name__)
            edit(self._tree)
        self.edits += count
        if self._is_answered():
            self.answered += count
        if self.edits >= _EDITS_BEFORE_MEMORY:
            self.memory.append(self._server.find_memory())

    def _is_answered(self) -> bool:
        words = f"After {self.edits} edits."
        self._tree.set("docs/index.md", f"# Home\n\n{words}\n\n<!-- plantrace: tasks -->\n")
        is_answered = self._server.wait_for(words)
        if not is_answered:
            self.faults.append(f"no answer after edit {self.edits}: {', '.join(self._recent)}")
        return is_answered

    def _compare(self) -> None:
        self._tree.mend()
        self._recent.append("mend")
        if self._is_answered():
            site = Path(tempfile.mkdtemp(prefix="mkdocs_"))
            build_fresh(self._tree.root, self._server.address, site)
            self.comparisons += 1
            if different := self._server.wait_until_equal(site):
                after = f"after edit {self.edits}: {', '.join(self._recent)}"
                self.faults.append(f"other pages than a fresh build {after}: {different[:5]}")
            shutil.rmtree(site)
            self._recent.clear()


def run_soak(edits: int, seed: int) -> Soak:
    os.environ["SOURCE_DATE_EPOCH"] = "0"  # MkDocs writes the time into the home page
    with tempfile.TemporaryDirectory() as scratch:
        soak = Soak(Path(scratch), seed)
        soak.run(edits)
        return soak


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    soak = run_soak(options.edits, options.seed)
    print(f"seed {options.seed}: {soak.answered} of {soak.edits} edits answered")
    print(f"{soak.comparisons} comparisons with a fresh build")
    first, last = (soak.memory or [0])[0], (soak.memory or [0])[-1]
    print(f"memory {first:.0f} MB after ten edits, {last:.0f} MB at the end")
    for fault in soak.faults:
        print(fault)
    sys.exit(bool(soak.faults))


if __name__ == "__main__":
    main()
