"""Installs a built wheel in an environment of its own, and follows the first hour of the README.

Usage: python tests/package.py WHEEL
"""

import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
_FIRST_HOUR = re.compile(r"(?s)^## The first hour.*?(?=^\*\*9\.)", re.MULTILINE)
_COMMANDS = re.compile(r"(?s)^```bash\n(.*?)^```", re.MULTILINE)


def commands():
    """The commands of the first hour up to the work itself; a build in place of a server."""
    text = _FIRST_HOUR.search(README.read_text(encoding="utf-8"))[0]
    blocks = [
        block.replace("mkdocs serve", "mkdocs build --strict") for block in _COMMANDS.findall(text)
    ]
    return [block.strip() for block in blocks if block.startswith(("plantrace ", "mkdocs "))]


def main(wheel):
    """Fail with the first command that fails."""
    with tempfile.TemporaryDirectory() as scratch:
        environment, project = Path(scratch, "environment"), Path(scratch, "project")
        project.mkdir()
        venv.create(environment, with_pip=True)
        programs = environment / ("Scripts" if os.name == "nt" else "bin")
        python = programs / "python"
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel]
        subprocess.run(install, check=True)
        search = f"{programs}{os.pathsep}{os.environ['PATH']}"
        found = commands()
        assert len(found) >= 6, found
        for command in found:
            sys.stderr.write(f"$ {command}\n")
            subprocess.run(
                command, shell=True, check=True, cwd=project, env={**os.environ, "PATH": search}
            )
        assert (project / "site/trace/errors/index.html").is_file()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
