"""Messages of a build: a server logs faults that end any other build."""

import logging
from collections.abc import Sequence

from mkdocs.exceptions import PluginError
from mkdocs.plugins import get_plugin_logger

log = get_plugin_logger(__name__)


class FailedBuildError(PluginError):
    """A build that cannot continue; `reasons` belong in the evidence of the check."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(f"plantrace: {reason}" for reason in reasons))
        self.reasons = reasons


class BuildLog:
    """The log of one build; `reasons` are why it would have failed without a server."""

    def __init__(self, *, is_serving: bool, is_strict: bool) -> None:
        self.reasons: list[str] = []
        self._is_serving = is_serving
        self._is_strict = is_strict

    def fail(self, reasons: Sequence[str]) -> None:
        """Fail the build; a server logs the reasons and continues."""
        if not self._is_serving:
            raise FailedBuildError(reasons)
        for reason in reasons:
            if reason not in self.reasons:  # each page that needs a template may be the first
                self.reasons.append(reason)
                self.write(logging.WARNING, reason)

    def write(self, level: int, message: str) -> None:
        """With `serve --strict`, a warning would end the server."""
        if self._is_serving:
            level = logging.INFO if self._is_strict else logging.WARNING
        log.log(level, message)
