"""Write a whole file or nothing."""

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mkdocs_plantrace.project.file_tree import is_inside
from mkdocs_plantrace.utils.file_safety import create_temporary, defer_signals

_BLOCK = 1024 * 1024
_PAUSES = (0.02, 0.1, 0.5) if os.name == "nt" else ()
"""Seconds between attempts to replace a file, which other programs open for a moment."""


class UnwritableFileError(ValueError):
    """A file cannot be written; the message has its path and the reason."""


def replace_file(path: Path, content: str | bytes | Iterable[str], name: str = "") -> None:
    """Write a new or an existing file, and create its folder if necessary.

    Parts are not in memory at once. Other processes see the old file or the new one, never a part.
    Permissions and symbolic links stay. A device or a pipe, such as /dev/stdout, is written to.
    Raises UnwritableFileError, with `name` or else the path; the file is then unchanged.
    """
    with ExitStack() as stack, _report_errors(name or path):
        if isinstance(content, str | bytes):
            blocks: Iterable[bytes] = (_encode(content),)
        else:
            blocks = stack.enter_context(_spool(map(_encode, content)))
        if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            with path.open("wb") as stream:
                stream.writelines(blocks)
            return
        with stage_file(Path(os.path.realpath(path)), blocks, name or str(path)) as staged:
            staged.replace()


def _encode(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")


@contextmanager
def _spool(parts: Iterable[bytes]) -> Iterator[Iterable[bytes]]:
    """Write parts to a temporary file, and yield its blocks."""
    with tempfile.TemporaryFile() as spool:
        spool.writelines(parts)
        spool.seek(0)
        yield iter(partial(spool.read, _BLOCK), b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFile:
    """A complete file under a temporary name. All methods raise UnwritableFileError."""

    temporary: str
    path: Path
    name: str

    def sync(self) -> None:
        """Bring it to the disk, or a power failure may leave a name without its content.

        This takes milliseconds, too long for thousands of generated pages.
        """
        with _report_errors(self.name), open(self.temporary, "r+b") as stream:
            os.fsync(stream.fileno())

    def replace(self) -> None:
        """Give it its name; on Windows, wait a little if a program has just opened the old file."""
        for seconds in _PAUSES:
            try:
                os.replace(self.temporary, self.path)
            except PermissionError:
                time.sleep(seconds)
            else:
                return
        with _report_errors(self.name):
            os.replace(self.temporary, self.path)

    def create(self) -> None:
        """Give it its name, unless another process has just created a file with that name."""
        with _report_errors(self.name):
            try:
                os.link(self.temporary, self.path)
            except OSError as error:  # some file systems have no links
                if os.path.lexists(self.path):
                    raise existing_file_error(self.name) from error
                os.rename(self.temporary, self.path)


def existing_file_error(name: Path | str) -> UnwritableFileError:
    return UnwritableFileError(f"'{name}' already exists and is not replaced")


@contextmanager
def stage_file(path: Path, content: Iterable[bytes], name: str) -> Iterator[StagedFile]:
    """Write a file beside `path`, with its owner and permissions; remove it if it has no name yet.

    Signals wait until the end of the block. Raises UnwritableFileError with `name`.
    """
    with defer_signals(), ExitStack() as stack:
        with _report_errors(name):
            stack.enter_context(_make_folder(path.parent))
            stream, temporary = stack.enter_context(create_temporary(path.parent))
            stream.writelines(content)
            _copy_owner(path, temporary)
            os.chmod(temporary, _find_mode(path))
            stream.flush()
            if os.name == "nt":
                stream.close()  # an open file cannot be renamed there
        yield StagedFile(temporary=temporary, path=path, name=name)


@contextmanager
def _report_errors(name: Path | str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        is_blocked = isinstance(error, FileExistsError | NotADirectoryError)
        reason = "one of its parent folders is a file" if is_blocked else error.strerror
        raise UnwritableFileError(f"'{name}' cannot be written: {reason}") from error


@contextmanager
def _make_folder(folder: Path) -> Iterator[None]:
    """Create a folder and its parents, and remove the new ones if the block fails."""
    missing = find_missing_folders(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except (OSError, UnwritableFileError):
        for new in missing:
            with suppress(OSError):
                new.rmdir()
        raise


def find_missing_folders(folder: Path) -> list[Path]:
    """Return which of a folder and its parents do not exist, the innermost first."""
    return [one for one in (folder, *folder.parents) if not os.path.exists(one)]


def _copy_owner(path: Path, temporary: str) -> None:
    """Set the owner if permitted: root can edit the file of a user."""
    with suppress(OSError, AttributeError):  # Windows has no chown
        before, now = path.stat(), os.stat(temporary)
        if (before.st_uid, before.st_gid) != (now.st_uid, now.st_gid):
            os.chown(temporary, before.st_uid, before.st_gid)


def _find_mode(path: Path) -> int:
    if os.path.exists(path):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def resolve_in_root(root: Path, name: str) -> Path:
    """Join a relative path. Raises UnwritableFileError if a link goes out of the root."""
    path = root / name
    if not is_inside(os.path.realpath(path), os.path.realpath(root)):
        raise UnwritableFileError(f"'{name}' is a symbolic link out of the project root")
    return path
