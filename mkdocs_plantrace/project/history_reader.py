"""Reads the history of a record from git."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.history import Commit, History, StatusChange
from mkdocs_plantrace.model.task import Status
from mkdocs_plantrace.parsing.git_log import OPTIONS, FileChange, make_commit, parse_changes
from mkdocs_plantrace.project.git import GitError, GitObjects, ask_git, is_shallow
from mkdocs_plantrace.project.layout_files import find_record_folders, find_task_folders
from mkdocs_plantrace.project.project import Record
from mkdocs_plantrace.project.stored_values import StoredValues
from mkdocs_plantrace.project.task_versions import UNREADABLE, TaskChange, TaskVersions
from mkdocs_plantrace.utils.order import group_values
from mkdocs_plantrace.utils.paths import MARKDOWN_SUFFIXES, find_repository

_LITERAL = "--literal-pathspecs"
_LIST_COMMITS = (_LITERAL, "rev-list", "--left-right", "--topo-order", "--full-history")
_READ_HEAD = (
    *("rev-list", "--max-count=1", "--encoding=UTF-8"),
    *("--format=%H%x00%aI%x00%at%x00%aN", "HEAD", "--"),
)


class CommitFacts(NamedTuple):
    """What one commit did; `committed` is its date in seconds."""

    commit: Commit
    committed: int
    tasks: tuple[TaskChange, ...]
    files: tuple[FileChange, ...]


class _Facts(NamedTuple):
    """The facts of the commits up to the one with the id `head`."""

    head: str
    commits: tuple[CommitFacts, ...]


def read_history(record: Record) -> History:
    """Read the history of a record; what was read of commits is stored. Raises GitError."""
    if not record.settings.history:
        raise GitError("the option 'history' is off")
    tree = record.resolver.tree
    if find_repository(tree.root) is None:
        raise GitError("this is not a Git repository")
    reader = _Reader(record.settings, tree.root, record.resolver.docs_dir)
    head = reader.read_head()
    store = StoredValues[_Facts](tree.root, "history", reader.context, _Facts)
    _, known = store.load({"": None}).get("", (None, _Facts("", ())))
    if known.head != head.id:
        facts = {it.commit.id: it for it in known.commits}
        updated = reader.update(facts, tree.files, known.head, head.id)
        known = _Facts(head.id, tuple(updated.values()))
        store.store({"": (None, known)})
    ids = {task.path: task.id for task in record.tasks}
    return make_history(head, known.commits, tree.files, ids)


def find_head(settings: Settings, root: Path) -> str:
    """Find the commit that is checked out, also in a shallow clone; '' if it is unknown."""
    if settings.history and find_repository(root):
        with suppress(GitError):
            return ask_git(root, "rev-parse", "--verify", "HEAD").strip()
    return ""


class _Reader:
    def __init__(self, settings: Settings, root: Path, docs_dir: str) -> None:
        self._settings, self._root = settings, root
        folders = {*find_task_folders(settings), *find_record_folders(settings, docs_dir)}
        self._paths = sorted(folder or "." for folder in folders)

    @property
    def context(self) -> object:
        """What the facts of a commit depend on."""
        options = self._settings
        return self._paths, options.tasks, options.fields, options.statuses, options.used_layouts

    def read_head(self) -> Commit:
        if is_shallow(self._root):
            raise GitError("this is a shallow clone, without the commits of the past")
        promisors = ("config", "--get-regexp", r"^remote\..*\.promisor$", "true")
        if ask_git(self._root, *promisors, codes=(0, 1)):
            raise GitError("this is a partial clone, without the files of the past")
        line = ask_git(self._root, *_READ_HEAD).split("\n")[1]
        return make_commit(*line.split("\0"))

    def update(
        self, facts: Mapping[str, CommitFacts], files: Iterable[str], last: str, head: str
    ) -> dict[str, CommitFacts]:
        """Return the facts of the commits up to `head`; `facts` are those up to `last`."""
        try:
            lines = self._list_commits(f"{last}...{head}" if last else head)
        except GitError:
            if not last:
                raise
            # The last commit that was read is gone, as may be after a rebase.
            facts, lines = {}, self._list_commits(head)
        removed = {line[1:] for line in lines if line.startswith("<")}
        added = "".join(f"{line[1:]}\n" for line in lines if line.startswith(">"))
        command = (_LITERAL, "diff-tree", *OPTIONS, "--", *self._paths)
        output = ask_git(self._root, *command, input=added)
        kept = {name: it for name, it in facts.items() if name not in removed}
        known = (path for it in kept.values() for file in it.files for path in file if path)
        return {**kept, **{it.commit.id: it for it in self._read_facts(output, [*files, *known])}}

    def _list_commits(self, commits: str) -> list[str]:
        """List what is new with `>`, and what is not part of the history with `<`; newest first."""
        return ask_git(self._root, *_LIST_COMMITS, commits, "--", *self._paths).split()

    def _read_facts(self, output: str, files: Iterable[str]) -> Iterator[CommitFacts]:
        """Read commits from the output of `git diff-tree`, oldest first."""
        commits = list(parse_changes(output))[::-1]
        changed = (path for it in commits for file in it.files for path in file if path)
        versions = TaskVersions(self._settings, [*files, *changed])

        def is_followed(path: str | None) -> bool:
            is_document = path is not None and path.lower().endswith(MARKDOWN_SUFFIXES)
            return is_document or versions.is_metadata(path or "")

        with GitObjects(self._root) as objects:
            for commit in commits:
                tasks = tuple(versions.find_changes(objects, commit))
                # A merge only joins what others wrote, unless it adds a file.
                own = (it for it in commit.files if commit.parent_count == 1 or it.before is None)
                kept = tuple(file for file in own if any(map(is_followed, file)))
                yield CommitFacts(commit.commit, commit.committed, tasks, kept)


def make_history(
    head: Commit, commits: Iterable[CommitFacts], files: Collection[str], ids: Mapping[str, str]
) -> History:
    """Connect the facts of commits; `files` and the `ids` of tasks by path are those of now."""
    newest_first = sorted(commits, key=lambda it: it.committed)[::-1]
    paths = _Renames(files)
    tasks, changed = [], []
    for facts in newest_first:
        present = [(paths.find(it.path), facts.commit, it) for it in facts.tasks if it.after]
        changed += [(paths.find(it.after), facts.commit) for it in facts.files if it.after]
        renames = [*facts.files, *((it.former_path, it.path) for it in facts.tasks)]
        paths.add(facts.commit, {new: old for old, new in renames if old and new and old != new})
        removed = [(paths.find(it.path), facts.commit, it) for it in facts.tasks if not it.after]
        tasks += [*reversed(present), *removed]
    found = [(paths.settle(path), commit, it) for path, commit, it in reversed(tasks)]
    changes = (
        StatusChange(commit, ids.get(path, it.id), path, it.before, it.after)
        for path, commit, it in found
    )
    return History(
        head=head,
        statuses=tuple(_join_over_unreadable(changes)),
        files=group_values((paths.settle(path), commit) for path, commit in reversed(changed)),
    )


class _Renames:
    """Finds out what files are called now, while commits are read, the newest first."""

    def __init__(self, files: Collection[str]) -> None:
        self._files = files
        self._later: dict[str, str] = {}

    def add(self, commit: Commit, renames: Mapping[str, str]) -> None:
        """Add the renames of a commit, new names to old ones.

        An earlier file with a new name is another one, with the commit in its name.
        """
        found = {old: self.find(new) for new, old in renames.items()}
        self._later.update({new: f"{new}@{commit.id}" for new in renames})
        self._later.update(found)

    def find(self, path: str) -> str:
        """What a file of a commit is called now, as far as the newer commits say."""
        return self._later.get(path, path)

    def settle(self, path: str) -> str:
        """The same when all commits are read: a branch may change a file that another renames."""
        return path if path in self._files else self.find(path)


def _join_over_unreadable(changes: Iterable[StatusChange]) -> Iterator[StatusChange]:
    """Leave out what a file that could not be read for a while seems to have changed."""
    last: dict[str, Status | None] = {}
    for change in changes:
        if change.after == UNREADABLE:
            continue
        known = last.get(change.path) if change.before == UNREADABLE else change.before
        last[change.path] = change.after
        if known != change.after:
            yield change._replace(before=known)
