"""The values of log entries: placeholders, signatures, and outcomes of open errors."""

import re

_LONGEST_PLACEHOLDER = 200
_PLACEHOLDER = re.compile(
    r"(?i)[\W_]*(?:<[^<>]*>|\[[^\[\]]*\]|tbd|todo|tba|n/?a|none|nil|nothing(?: to report)?|pending"
    r"|0|unknown|not (?:yet )?(?:known|applicable|available)|#\d+|https?://\S+"
    r"|(?:\d+ (?:critical|high|major|medium|minor|low)[,;/ ]*)+"
    r"|no (?:\w+ )?(?:errors?|issues?|problems?|failures?|defects?))?"
    r"(?: (?:yet|so far|found|encountered|observed|in this \w+)){0,2}[\W_]*"
)
"""A value that is not filled in, only a reference, a count, or a word for nothing."""
_NONE = re.compile(
    r"(?i)[\W_]*+none(?:[ ]?[.,;–—]|[ ](?:-|blocking|beyond|besides|except|other than)(?!\w))"
)
"""The start of a value that says why there is nothing."""
_SIGNATURE = re.compile(
    r"[`\"'*_]*(?P<name>\w[\w.:/@%+-]*)[`\"'*_]*(?P<rest>(?:[ \t]*[.,;:(|–—-]|[ \t]*\n).*)?",
    re.DOTALL,
)
_CLOSED = re.compile(
    r"(?i)[\W_]*(?:pass|fixed|resolved|done|complete|closed|green|ok\b|success|verified|no longer)"
)
_OPEN = re.compile(
    r"(?i)^[\W_]*(?:no success|never|cannot|could not|fail|open|blocked|pending|unresolved|broken"
    r"|in[ _-]?progress|partial|wip|todo|❌)|\bstill (?:fail|open|block|red|broken)"
    r"|(?:\bnot|n't)[ _](?:yet |been )?(?:fix|resolv|verif|pass|work|help|solv)"
)
"""An outcome of an error that is not fixed."""


def is_placeholder(text: str) -> bool:
    """Whether a value is empty, a placeholder, or a word for nothing."""
    if len(text) <= _LONGEST_PLACEHOLDER and _PLACEHOLDER.fullmatch(text):
        return True
    return _NONE.match(text) is not None


def split_signature(value: str) -> tuple[str | None, str]:
    """Split a value into the signature, if it starts with one, and the rest."""
    found = _SIGNATURE.fullmatch(value.strip())
    if found is None or is_placeholder(found["name"]):
        return None, value
    return found["name"].rstrip(".:"), (found["rest"] or "").strip(" \n-–—:|()")


def is_open_outcome(outcome: str) -> bool:
    """Whether the outcome is that of an error that is not fixed."""
    return _CLOSED.match(outcome) is None and _OPEN.search(outcome) is not None


def says_state(outcome: str) -> bool:
    """Whether an outcome says if the error is fixed."""
    return _CLOSED.match(outcome) is not None or _OPEN.search(outcome) is not None
