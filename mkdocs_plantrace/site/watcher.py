"""Rebuilds the site when a file changes that MkDocs does not watch, or no longer watches."""

import os
import threading
import time

from mkdocs.livereload import LiveReloadServer

from mkdocs_plantrace.project.cache import file_state
from mkdocs_plantrace.project.inputs import Inputs, InputState
from mkdocs_plantrace.site.generated_files import SourceFolder

_SECONDS_BETWEEN_LOOKS = 0.5
_PAUSE = 10
"""How many times as long as a look the pause after it is at least."""


class Watcher:
    """A thread that compares the inputs with what the last build read.

    MkDocs' own observer follows links to wherever they lead, and it ends for a path that
    disappears, as with a branch that is switched. A plugin cannot ask for a build; so the thread
    changes a file that MkDocs watches.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._folder = SourceFolder()
        self._built: tuple[Inputs, InputState] | None = None
        self._last_look: InputState | None = None
        self._lost: dict[str, dict[str, object]] = {}

    def follow(self, inputs: Inputs, built: InputState) -> None:
        """Compare the inputs with `built` from now on, their state when they were read."""
        self._built = inputs, built

    def start(self, server: LiveReloadServer) -> None:
        server.watch(self._signal())
        threading.Thread(target=self._run, args=(server,), daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _signal(self) -> str:
        """Write the file that makes MkDocs build, and return its path."""
        return self._folder.write("rebuild", "")

    def _run(self, server: LiveReloadServer) -> None:
        pause = _SECONDS_BETWEEN_LOOKS
        while not self._stopped.wait(pause):
            began = time.monotonic()
            if self._has_changed() or self._has_changed_unwatched(server):
                self._signal()
            pause = max(_SECONDS_BETWEEN_LOOKS, _PAUSE * (time.monotonic() - began))

    def _has_changed(self) -> bool:
        """Whether an input has changed since the last build, and since the last look."""
        if self._built is None:
            return False
        inputs, built = self._built
        now, before = inputs.find_state(), self._last_look
        self._last_look = now
        return now not in (built, before)

    def _has_changed_unwatched(self, server: LiveReloadServer) -> bool:
        """Whether a path for which MkDocs' observer has ended exists, and has changed."""
        watched = server.observer.emitters if server.observer.is_alive() else ()
        ended = sorted(os.fspath(it.watch.path) for it in watched if not it.is_alive())
        if not all(map(os.path.exists, ended)):  # MkDocs cannot build
            return False
        now, before = {path: _find_states(path) for path in ended}, self._lost
        self._lost = now
        return now != before


def _find_states(path: str) -> dict[str, object]:
    """The states of a file, or of all files below a folder, by path."""
    files = (os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names)
    return {file: file_state(file) for file in (path, *files)}
