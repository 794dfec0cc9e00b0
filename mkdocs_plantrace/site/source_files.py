"""Real files for what exists only in memory.

Many plugins and themes read, stat, copy or date the `abs_src_path` of every file.
"""

import os
import shutil
import tempfile
import weakref

from mkdocs.exceptions import PluginError


class SourceFolder:
    """A temporary folder of source files; the end of the process removes it.

    A server and static-i18n build several times with one plugin object, and other plugins may hold
    paths of the previous build, so that nothing is removed before.
    """

    def __init__(self) -> None:
        self._folder: str | None = None

    def write(self, uri: str, text: str, modified: int | None = None) -> str:
        """Write a file and return its path; `modified` is its time in nanoseconds.

        Raises PluginError where there is no space for temporary files.

        The name contains the folders of the address: plugins that find files by name would confuse
        `errors.md` with a page of the user.
        """
        try:
            path = os.path.join(self._prepare_folder(), uri.replace("/", "-"))
            with open(path, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            if modified is not None:
                os.utime(path, ns=(modified, modified))
        except OSError as error:
            raise PluginError(f"plantrace: no temporary file: {error}") from error
        return path

    def _prepare_folder(self) -> str:
        """Make the folder, again if the system has removed it among its temporary files."""
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="plantrace-")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        os.makedirs(self._folder, exist_ok=True)
        return self._folder
