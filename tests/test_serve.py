"""A real `mkdocs serve`: it shows what is broken, and recovers when it is mended."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import metadata, traced

MAX_LOOKS = 600


@pytest.fixture
def serve(project):
    started = []

    def start(*arguments):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        project.configure()
        command = [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}", *arguments]
        log = (project.root / "serve.log").open("w")
        process = subprocess.Popen(command, cwd=project.root, stdout=log, stderr=log)
        started.append((process, log))
        return Server(process, port, project.root / "serve.log")

    yield start
    for process, log in started:
        process.terminate()
        process.wait()
        log.close()


class Server:
    def __init__(self, process, port, log):
        self.process = process
        self.port = port
        self.log = log

    def get(self, address):
        try:
            url = f"http://127.0.0.1:{self.port}/{address}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            return "missing"
        except OSError:
            return "no answer"

    def wait(self, address, fits):
        """The page, as soon as it fits."""
        for _ in range(MAX_LOOKS):
            assert self.process.poll() is None, self.log.read_text()
            page = self.get(address)
            if fits(page):
                return page
            time.sleep(0.1)
        pytest.fail(f"{address} never fitted; the log says\n{self.log.read_text()}")


def test_serve_shows_problems_and_recovers(project, serve):
    project.write(traced(implementation_log="docs/plans/T-1/EXEC.md"))
    project.write({"docs/index.md": "# Home\n"})
    server = serve()

    task, plan = "trace/tasks/T-1/", "plans/T-1/PLAN/"
    server.wait(task, lambda page: "no file &#39;docs/plans/T-1/EXEC.md&#39;" in page)
    assert "error PT104 broken-log-link" in server.log.read_text()

    project.write(traced())  # mended
    server.wait(task, lambda page: "PT104" not in page and "EXEC_LOG" in page)

    project.write({"docs/plans/T-1/PLAN.md": "# T-1\n\n[x](gone.md)\n"})
    server.wait(plan, lambda page: "no file &#39;gone.md&#39;" in page)
    project.write({"docs/plans/T-1/PLAN.md": "# T-1\n\nmended\n"})
    server.wait(plan, lambda page: "mended" in page and "gone.md" not in page)

    project.write({"docs/plans/T-1/PLAN.md": b"# T-1 \xff\n"})
    server.wait("trace/problems/", lambda page: "is not UTF-8" in page)
    project.write({"docs/plans/T-1/PLAN.md": "# T-1\n"})
    project.write({"tasks/T-2/meta.yml": metadata("T-2", depends_on=["T-1"])})
    server.wait("trace/tasks/T-2/", lambda page: "Depends on" in page)
    project.write({"tasks/T-2/meta.yml": "task_id: [broken"})
    server.wait("trace/problems/", lambda page: "tasks/T-2/meta.yml:" in page)
    assert server.get("trace/tasks/T-2/") == "missing"
    shutil.rmtree(project.root / "tasks/T-1")
    shutil.rmtree(project.root / "tasks/T-2")
    server.wait("trace/problems/", lambda page: "PT010" in page)
    shutil.rmtree(project.root / "tasks")
    project.write(traced("T-3"))  # documents as well: as when a branch is changed
    server.wait("trace/tasks/T-3/", lambda page: "Title of T-3" in page)
    project.write({"tasks/T-4/meta.yml": metadata("T-4")})
    server.wait("trace/tasks/T-4/", lambda page: "Title of T-4" in page)
    assert "Traceback" not in server.log.read_text()


def test_serve_notices_what_comes_back(project, serve):
    project.write({**traced(), "docs/index.md": "# Home\n"})
    project.write({"docs/plans/T-1/PLAN.md": "# T-1\n\nBefore.\n"})
    server = serve()
    task, plan = "trace/tasks/T-1/", "plans/T-1/PLAN/"
    server.wait(task, lambda page: "Title of T-1" in page)

    (project.root / "tasks").rename(project.root / "x")
    server.wait("trace/problems/", lambda page: "PT010" in page)
    (project.root / "x").rename(project.root / "tasks")
    server.wait(task, lambda page: "Title of T-1" in page)
    project.write(traced(title="Another"))
    server.wait(task, lambda page: "Another" in page)

    (project.root / "docs").rename(project.root / "x")
    time.sleep(1)  # MkDocs looks, and stops to watch a folder that is missing
    (project.root / "x").rename(project.root / "docs")
    project.write({"docs/plans/T-1/PLAN.md": "# T-1\n\nAfter.\n"})
    server.wait(plan, lambda page: "After." in page)


def test_serve_ignores_options_that_are_wrong_and_says_so(project, serve):
    project.write({**traced(), "docs/index.md": "# Home\n", "own/box.html": "<p>Own box</p>"})
    project.options = {"templates": "own"}
    server = serve()
    plan, problems = "plans/T-1/PLAN/", "trace/problems/"
    server.wait(plan, lambda page: "Own box" in page)

    shutil.rmtree(project.root / "own")
    server.wait(
        problems, lambda page: "option &#39;templates&#39;: no folder &#39;own&#39;" in page
    )
    assert "Own box" not in server.get(plan)
    project.write({"own/box.html": "<p>Own box</p>"})
    server.wait(plan, lambda page: "Own box" in page)
    project.write({"own/box.html": "{{ 1"})
    server.wait(plan, lambda page: "template box.html:1: unexpected end" in page)

    project.options = {"templates": "own", "nav": "wrong"}
    project.configure()
    server.wait(problems, lambda page: "option &#39;nav&#39;: expected" in page)
    project.options = {}
    project.configure()
    server.wait(problems, lambda page: "option &#39;nav&#39;" not in page and "Home" in page)
    assert "Traceback" not in server.log.read_text()


def test_serve_survives_files_that_cannot_be_read(project, serve):
    project.write({**traced(), "docs/index.md": "# Home\n"})
    server = serve()
    server.wait("", lambda page: "Home" in page)

    (project.root / "docs/circle.png").symlink_to("circle.png")
    (project.root / "docs/gone.png").symlink_to("nowhere")
    os.mkfifo(project.root / "docs/pipe.png")
    project.write({"docs/index.md": "# Home\n\nStill here.\n"})
    server.wait("", lambda page: "Still here." in page)


@pytest.mark.parametrize("argument", ["--strict", "--dirty", "--clean"])
def test_serve_survives_problems_with_every_option(project, serve, argument):
    project.write(traced(depends_on=["X"]))
    if argument == "--clean":  # MkDocs tells plugins that this is a build: only warnings pass
        project.options = {"rules": {"PT110": "warning"}}
    server = serve(argument)

    server.wait("trace/tasks/T-1/", lambda page: "no task &#39;X&#39;" in page)
    project.write(traced(title="Another"))
    server.wait("trace/tasks/T-1/", lambda page: "Another" in page)
    assert "Traceback" not in server.log.read_text()


def test_serve_follows_the_registry_of_signatures(project, serve):
    project.write({**traced(), "docs/index.md": "# Home\n", "signatures.yml": "A.B:\n"})
    project.options = {"signatures": "signatures.yml"}
    server = serve()
    problems = "trace/problems/"

    server.wait(problems, lambda page: "PT115" not in page and "Home" in page)
    project.write({"signatures.yml": "A.B:\n  superseded_by: A.C\n"})
    server.wait(problems, lambda page: "no signature &#39;A.C&#39;" in page)
    project.write({"signatures.yml": "A.B: ["})
    server.wait(problems, lambda page: "PT115" not in page and "Home" in page)
    project.write({"signatures.yml": "A.B:\n  remediation_playbook: docs/gone.md\n"})
    server.wait(problems, lambda page: "no file &#39;docs/gone.md&#39;" in page)

    assert "signatures.yml:1:7: the signatures cannot be read" in server.log.read_text()
    assert "Traceback" not in server.log.read_text()


def test_serve_follows_the_files_that_options_name(project, serve):
    project.write({**traced(), "docs/index.md": "# Home\n", "docs/old/PLAN.md": "# Old\n"})
    project.write({"s.json": "{}", "known.json": '{"version": 1, "problems": []}'})
    project.options = {"baseline": "known.json", "schema": "s.json", "evidence": "e.json"}
    server = serve()
    problems = "trace/problems/"

    server.wait(problems, lambda page: 'data-kind="warning"' in page and 'id="orphan-plan"' in page)
    command = [Path(sys.executable).with_name("plantrace"), "baseline"]
    (project.root / "known.json").unlink()
    subprocess.run(command, cwd=project.root, check=True, capture_output=True)
    server.wait(problems, lambda page: 'data-kind="known"' in page and 'id="orphan-plan"' in page)
    project.write({"s.json": '{"required": ["risk"]}'})
    server.wait(problems, lambda page: 'id="schema"' in page)
    project.write({"s.json": '{"$ref": "#/nowhere"}'})
    server.wait(problems, lambda page: "PT009" not in page and 'id="orphan-plan"' in page)
    project.write({"s.json": "{}", "known.json": "{"})
    server.wait(problems, lambda page: 'data-kind="warning"' in page and 'id="orphan-plan"' in page)

    assert "schema 's.json' has a reference that cannot be resolved" in server.log.read_text()
    assert "Traceback" not in server.log.read_text()
    assert not (project.root / "e.json").exists()


def test_serve_follows_the_files_of_a_layout(project, serve):
    spec = "# Feature Specification: {}\n\n**Status**: Draft\n"
    project.options = {"layout": "spec-kit"}
    project.write({"docs/index.md": "# Home\n", "specs/001-a/spec.md": spec.format("First")})
    server = serve()
    problems, boxes = "trace/problems/", "trace/records/specs/001-a/tasks/"
    server.wait("trace/tasks/001-a/", lambda page: "First" in page)
    assert "PT302" not in server.get(problems)

    project.write({"specs/001-a/tasks.md": "- [x] T001 Begin\n"})
    server.wait(problems, lambda page: "PT302" in page)
    server.wait(boxes, lambda page: "T001 Begin" in page)
    project.write({"specs/001-a/tasks.md": "- [x] T001 Begin\n- [ ] T002 End\n"})
    server.wait(problems, lambda page: page.startswith("<") and "PT302" not in page)
    server.wait(boxes, lambda page: "T002 End" in page)
    project.write({"specs/001-a/spec.md": spec.format("Other")})
    server.wait("trace/tasks/001-a/", lambda page: "Other" in page)

    project.write({"specs/002-b/spec.md": spec.format("Second")})
    server.wait("trace/tasks/002-b/", lambda page: "Second" in page)
    shutil.rmtree(project.root / "specs/001-a")
    server.wait("trace/tasks/001-a/", lambda page: page == "missing")
    server.wait("trace/records/specs/001-a/spec/", lambda page: page == "missing")
    project.write({"specs/001-a/spec.md": b"\xff"})
    server.wait(problems, lambda page: "PT001" in page)
    shutil.rmtree(project.root / "specs")
    server.wait("trace/tasks/002-b/", lambda page: page == "missing")
    project.write({"specs/003-c/spec.md": spec.format("Third")})
    server.wait("trace/tasks/003-c/", lambda page: "Third" in page)
    assert "Traceback" not in server.log.read_text()
