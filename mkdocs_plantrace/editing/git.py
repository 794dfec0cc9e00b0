"""Run git, but nothing that the configuration of a repository names."""

import os
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_TIMEOUT_IN_SECONDS = 10
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # a missing object is not fetched
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
}
_SETTINGS = (("core.fsmonitor", "false"), ("core.hooksPath", os.devnull))
"""They win over the configuration of the repository."""


def run_git(
    folder: Path, *arguments: str, settings: Iterable[tuple[str, str]] = ()
) -> subprocess.CompletedProcess[str] | None:
    """Return the result of a command; None if git cannot be run or does not end in time.

    Filters, text conversions and external programs of commands are up to the caller.
    """
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(  # noqa: S603 (all arguments are our own)
            ["git", *arguments],  # noqa: S607 (any git that the user has)
            cwd=folder,
            capture_output=True,
            check=False,
            encoding="utf-8",
            env={**os.environ, **_ENVIRONMENT, **_as_environment([*_SETTINGS, *settings])},
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT_IN_SECONDS,
        )
    return None


def has_changes(folder: Path, but: str) -> bool:
    """Whether a tracked file other than `but` differs from HEAD; the filters are not run."""
    named = run_git(folder, "config", "-z", "--name-only", "--get-regexp", r"^filter\.")
    filters = [(key, "") for key in named.stdout.split("\0") if key] if named else []
    paths = ("--", ":/", f":(exclude){but}")
    options = ("--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules")
    result = run_git(folder, "diff", *options, "HEAD", *paths, settings=filters)
    return result is not None and result.returncode != 0


def _as_environment(settings: list[tuple[str, str]]) -> dict[str, str]:
    """Settings as git reads them from its environment, where a key may contain any character."""
    count = os.environ.get("GIT_CONFIG_COUNT", "")
    first = int(count) if count.isdecimal() else 0  # those of the user stay
    variables = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (key, value) in enumerate(settings, first):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables
