"""What words tell: that something failed, was changed, or works; or that nothing is told yet."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_I = re.IGNORECASE
_LONGEST_NOTHING = 200
_MOST_REMEMBERED = 20_000
_REST = (
    r"(?:\W+(?:found|observed|encountered|seen|met|known|reported|noted|recorded|identified|so|far|"
    r"yet|needed|required|necessary|expected|planned|to|report|note|at|all|this|that|the|time|now|"
    r"were|was|are|is|in|on|during|here|any|phase|task|run|step|session|day|new|open|remaining|left|"
    r"outstanding|applicable|or|and|blockers?|errors?|issues?|failures?|problems?|blocking|"
    r"currently|execution|implementation|made|occurred|else|done|changed?)){0,7}"
)
"""What may follow a word for nothing: that it was looked for, when and where."""
_NOTHING = re.compile(
    rf"[\W_]*(?:(?:(?:none|nothing){_REST}|n/?a|nil|unknown|tbd|tba|todo|pending|"
    r"wip|unfixed|"
    r"not (?:yet|applicable)|to be (?:determined|decided|done|filled)|"
    r"no (?:errors?|issues?|failures?|blockers?|problems?|bugs?|regressions?|findings?|changes)"
    rf"{_REST}|(?:no fix|unknown|pending|not) yet|"
    r"same as (?:above|entry \d+|before)|see above|as above|\.\.\.|…|x+)[\W_]*)?",
    _I,
)
_PLACEHOLDER = re.compile(
    r"<[^<>\n]{1,80}>|\{\{[^{}\n]{0,80}\}\}|\[[A-Za-z _-]{3,60}\](?!\()|_[^_\n]{1,80}_|"
    r"\([^()\n]{1,80}\)"
)
_REFERENCE = re.compile(
    r"[\W_]*(?:https?://\S+|#\d+|[A-Z][A-Z0-9]*-\d+|\d+|\[[^\[\]\n]*\]\([^()\n]*\))[\W_]*"
)
_EXPECTED = re.compile(
    r"\b(?:as|was|were|is|are) (?:expected|intended|designed|required)\b|\bexpected (?:failure|"
    r"error)s?\b"
    r"|\bmeant to fail\b|\bnegative (?:test|case|path|fixture)s?\b|\bby design\b|"
    r"\bdeliberate(?:ly)?\b"
    r"|\bintentional(?:ly)?\b",
    _I,
)
_NO_FIX = re.compile(
    r"[\W_]*(?:won'?t fix|no (?:fix|solution|workaround)|"
    r"to be (?:\w+ed|done|found|chosen)\b|todo\b|tbd\b|will be )",
    _I,
)
_NO_HELP = re.compile(r"\b(?:did|does)(?: not|n't) (?:help|work)\b", _I)
_WANTED = re.compile(r"[\W_]*(?:fail\w* )?(?:as |was |is )?(?:expected|intended|deliberate)\b", _I)
_FAILED = re.compile(
    r"\b(?<!not )(?<!never )(?<!no longer )(?<!would )(?<!could )(?<!must )(?<!to )(?<!should )"
    r"(?<!will )(?<!that )(?<!who )(?<!if )(?:"
    r"failed(?![ -](?:closed|safe|tests? (?:are|is)))|fails(?= (?:at|with|on|because|due|in|when|"
    r"later)\b|:| *$)|"
    r"was failing|were failing|is failing|are failing|keeps failing|crashed|crashes|died|dies|"
    r"kept (?:dying|failing|crashing|hanging)|hung\b|hangs\b|"
    r"hanging (?:at|indefinitely)|stalled|stalls in|broke\b|broken by|(?:had|has|was|"
    r"were) broken|errored|timed out|"
    r"was (?:rejected|blocked|refused|denied|killed)|got (?:rejected|killed|stuck)|"
    r"\w{0,30}(?:gate|check|verifier|lint|linter|build|pipeline|ci|job|test|suite|script|scan|"
    r"hook|push|run)s? (?:then |now |later )?"
    r"(?:reported|flagged|rejected|surfaced|exposed|raised|refused|complained|revealed)|"
    r"falsely flagged|exit(?:ed)?(?: code| status|s)?(?: with)? [1-9]\d{0,2}\b|"
    r"returned (?:exit )?[1-9]\d?\b|"
    r"(?:isolated|investigated|diagnosed|triaged)(?: [^.\n]{0,60})? (?:failure|mismatch|hang|"
    r"violation|error)\b|"
    r"FAIL(?:ED)?\b|REJECTED\b|REGRESSION\b|threw|raised an?|segfault\w*|panicked|deadlocked|"
    r"regressed|went red|blew up)"
)
_COULD_NOT = re.compile(
    r"^\W*[Rr]eproduced\b|\b(?:[Uu]nable to|[Cc]ould ?n[o']t|[Ww]as not able to)\b"
    r"|\b(?:advanced|progressed) (?:in)?to an? [^.\n]{0,40}(?:failure|error|blocker)\b|"
    r"\b(?:Traceback|FATAL|ERROR:|\w{2,40}Error:|\w{2,40}Exception:|panic:|"
    r"❌ ?FAIL\w*)|(?:\b(?:was|went|is)|:) red\b",
)
_FAILURE_HEAD = re.compile(
    r"(?i)\b(?:failures?|failed|fails|failing|errors?|bugs?|issues?|crash(?:es|ed)?|hangs?|hung|"
    r"broken|breaks?|"
    r"timeouts?|timed out|regressions?|mismatch|rejected|incident|exception|cannot|can't|"
    r"does not|"
    r"doesn't|not found|missing|refused|denied|stuck|blocked|deadlock|leak)\b"
)
_NO_FAILURE = re.compile(
    r"\bfail(?:s|ed|ing)?[ -]?(?:closed|close|safe|fast|over|open)\b|\bfailure (?:mode|path|"
    r"simulation|class|layer|"
    r"signature|state|case|scenario|condition|threshold|semantic|polic|handling|marker|index|"
    r"taxonom)\w*"
    r"|\berror (?:handling|codes?|states?|messages?|display|responses?|class\w*|polic\w+|map\w*|"
    r"budget)\b"
    r"|\b(?:no|zero|0|without) (?:\w+ )?(?:failures?|errors?|issues?|findings|violations|"
    r"regressions?)\b"
    r"|\bif (?:\w+ ){1,6}fail\w*|\b(?:when|whenever|unless|until) (?:\w+ ){1,6}fail\w*",
    _I,
)
_TITLE_WORD = re.compile(
    r"\b(?:accomplishments?|scope|hypothes[ei]s|completed?|actions?|activit(?:y|ies)|after|"
    r"analysis|and|attempts?|background|bugs?|changes?|checks?|commands?|context|"
    r"current|date|day|debug\w*|details?|diary|done|encountered|entr(?:y|ies)|errors?|evidence|"
    r"execution|failures?|final|"
    r"findings?|fix(?:es|ed)?|follow|found|handling|history|implementation|initial|investigat\w+|"
    r"issues?|items?|known|"
    r"list|logs?|met|misc|next|notes?|observations?|open|other|overview|part|phase|plan|"
    r"problems?|progress|recap|"
    r"remaining|remediation|reproduction|research|results?|root|cause|run|section|session|"
    r"start(?:ed)?|status|steps?|success|"
    r"summary|symptoms?|tasks?|tests?|the|timeline|todo|troubleshooting|update[ds]?|up|verif\w+|"
    r"wave|what|went|work|wrong|of|in|for|"
    r"rollout|deploy(?:ment)?|[a-z]?\d+\w{0,3})\b"
)
_NO_WORD = " \t.,:;#*_`'\"()[]/&+-–—"
_CHANGE_WORDS = (
    "added|aligned|adjusted|allowed|allowlisted|amended|appended|applied|backfilled|bumped|"
    "changed|converted|"
    "copied|corrected|created|decreased|deleted|disabled|downgraded|dropped|edited|enabled|"
    "ensured|escaped|"
    "excluded|expanded|extended|fixed|granted|guarded|hardened|implemented|increased|inserted|"
    "installed|limited|"
    "locked|made|mapped|merged|migrated|modified|moved|narrowed|normali[sz]ed|patched|pinned|"
    "populated|purged|"
    "qualified|raised|rebased|rebuilt|recreated|reconfigured|reduced|refactored|refreshed|"
    "regenerated|"
    "registered|relaxed|relocated|removed|renamed|reordered|repaired|replaced|rerouted|reset|"
    "resolved|"
    "restarted|restored|restructured|reverted|rewrote|rewritten|rolled back|rotated|set|"
    "shortened|split|"
    "started|stopped|swapped|switched|synced|touched|tuned|turned|unpinned|updated|upgraded|used|"
    "widened|"
    "wired|wrapped|wrote|cleaned|cleared|configured|relinked|remedied|retagged|retried|"
    "deduplicated"
)
_CHANGED = re.compile(
    rf"(?:[\W_]|(?:then|so|and|we|i|now|manually|also|finally|instead|"
    rf"[a-z]{{2,12}}(?=-))\b[ ,]*){{0,8}}"
    rf"(?:{_CHANGE_WORDS})\b",
    _I,
)
_CHANGED_LATER = re.compile(rf"[^.;:\n]{{0,60}}?\b(?:{_CHANGE_WORDS})\b", _I)
_VAIN = re.compile(
    r"\b(?:incorrect|wrong|failed|unsuccessful|attempted|abandoned|ineffective)\s"
    r"(?:\w+\s){0,2}(?:fix(?:es)?|solutions?|attempts?|approach(?:es)?|workarounds?|tries)\b",
    _I,
)
_BOOKKEEPING = re.compile(
    r"^\W*status\b|\b(?:PLAN(?:\.md)?|lockout|this log|EXEC_LOG"
    r"|(?:casefile|task pack|task meta|meta\.yml|log)(?: \w+){0,2} created"
    r"|(?:created|opened) (?:the |this )?(?:\w+[ -]){0,4}(?:task pack|log))\b",
    _I,
)
_MENDED = re.compile(
    r"[\W_]*(?:fixed|resolved|repaired|corrected|remedied|"
    r"worked around)\s+(?P<what>[^()\n]{8,200}?)\s*"
    r"(?:\bby\s+(?P<by>\w+ing\b[^\n]*)|\(|[;:–—]\s+(?P<then>\S[^\n]{6,})|[.;]?$)",
    _I | re.MULTILINE,
)
_PAST = re.compile(r" (?:was|were|ha(?:s|ve) been) ")
_WAS_MENDED = re.compile(
    r"(?P<what>[^\n.]{8,200}?)\s+(?:was|were|has been|have been)(?: now)?\s+(?:fixed|resolved|"
    r"repaired|corrected|remedied)\b[^\n]*",
    _I,
)
_MENDED_BY = re.compile(
    r"(?P<before>.*?)[*_\s:.–—-]*(?<![a-z] )\b"
    r"(?P<fix>(?:Fixed|Resolved|Repaired|Corrected|Remedied|Mended)"
    r" (?:by|with|via|through|in)\b.*)",
    re.DOTALL,
)
_MENDED_LIST = re.compile(
    r"((?:\w+ (?:and )?){0,3}(?:fixed|cleared|resolved|addressed|corrected|repaired|removed|"
    r"worked around)"
    r"\b[^.:\n]{0,60}\b(?:issues|errors|failures|blockers|bugs|problems|defects|"
    r"regressions)\b[^.:\n]{0,60}):\**",
    _I,
)
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,4}[.)])[ \t]+(\S.*)")
_IN_ORDER_TO = re.compile(
    r"\bto (?:fix|resolve|repair|cure|address|mend)\s+(?P<what>[^\n]{8,200}?)[.;]?$",
    _I | re.MULTILINE,
)
_FOUND = re.compile(
    r"\W*(?:(?:then|we|i)\s+)?(?:identified|discovered|found|noticed|detected|encountered|"
    r"uncovered)\s",
    _I,
)
_LACK = re.compile(r"\b(?:lack|absence|root cause|gap)\b", _I)
_CAUSE = re.compile(
    r"\W*(?:the )?root cause (?:(?:was |is )?(?:determined|isolated|traced|narrowed)(?: down)?"
    r" to(?: be)?|was|is)\s+(?P<what>\S[^\n]*)",
    _I,
)
_ASIDES = frozenset({"impact", "hypothesis", "rationale", "risk", "lesson", "next", "next steps"})
_AFTER = re.compile(r"[, ](?:after|since|because|once) (?P<what>[^\n]{8,})")
_FAULT = re.compile(
    r"\b(?:bug|failures?|failing|mismatch\w*|errors?|false[ -]positives?|regression|violations?|"
    r"leak|race|"
    r"crash\w*|hang\w*|typo|wrong|missing|broken|incorrect|conflicts?|deadlock|loop|that (?:was|"
    r"were|ran|did|had)|"
    r"(?<![/\w])[A-Z]{3,}(?:_[A-Z0-9]+){2,}(?!\.\w))\b"
)
_BAD = re.compile(
    r"\b(?:open|pending|fail(?:s|ed|ing|ure)?|unresolved|unfixed|not (?:yet )?(?:fixed|resolved|"
    r"done|working)|"
    r"in[ _-]progress|blocked|still|awaiting|todo|ongoing|partial(?:ly)?|investigating|broken|"
    r"wontfix|deferred|"
    r"retry needed|red|wrong|worse|reverted|"
    r"(?:did|does)(?: not|n't) (?:help|work)|no change|same error|crashed)\b|❌|✗",
    _I,
)
_GOOD = re.compile(
    r"\b(?:pass(?:es|ed|ing)?|fixed|resolved|closed|complete[ds]?|done|work(?:s|ed|ing)?|"
    r"succe(?:ss|eds?|eded)|successful(?:ly)?|"
    r"green|ok|verified|cleared|mitigated|restored|solved|(?:exit(?:ed|s)?(?: code)?(?: with)?|"
    r"rc) 0|unblocked|"
    r"healthy|no (?:longer|more)|gone)\b|✅|✓",
    _I,
)
_NEGATED = re.compile(
    r"\b(?:no longer|not|never|no|0|without|stopped|previously|used to|"
    r"after|was not|were not)\s+(?:\w+\s+){0,3}?"
    r"(?:fail\w*|block\w*|broken|open|red|still (?:red|open))\b"
    r"|\b(?:was|were)(?: not|n't) (?:working|passing|helping)\b"
    r"|\bnothing is still \w+|\bstill (?=(?:pass|green|work|ok|fine|succe)\w*)",
    _I,
)
_CLAUSE = re.compile(r"\b(?:where|when|whenever|if|unless)\b[^.;\n]*", _I)
"""Speaks of what would be elsewhere."""
_DENIED = re.compile(
    r"\b(?:(?:is|are|could|does|do|did|was|were|has|have|can|will) ?n[o']t|isn't|not|"
    r"never|no|cannot|nothing)\s+(?:(?:be|been|yet|fully|completely|really|actually|quite)\s+){0,2}"
    r"(?:fixed|resolved|solved|work(?:s|ed|ing)?|help(?:s|ed|ing)?|verified|pass(?:es|ed|ing)?|"
    r"complete[d]?|success(?:ful)?|succeeded|green|done)\b"
    r"|\b(?:still|remains?)\s+(?:\w+ly\s+)?(?:fail\w*|red|block\w*|broken|open|unresolved|wrong|"
    r"crash\w*|hang\w*|present|there)\b",
    _I,
)
_SENTENCE = re.compile(
    r"(?<=[.!])(?<!\.\.)\s+(?=[A-Z`*_\"(])|(?<=;)\s+|[ ]{1,3}(?:->|→|=>)[ ]{1,3}"
)
_MARKS = frozenset(".!;>→")
"""Without one of these in it a text is one sentence."""
_LINKED = re.compile(r"\b(?:because|since|needed|after)\b", _I)
_NOW = re.compile(r"\bnow\b(?! (?:fail|reach|hang|break))", _I)
_SHORTEST_ERROR = 25


class Sign(NamedTuple):
    """What some word of a text holds, or starts with, in lower case, where patterns find anything.

    `kind` is a bit of its own.
    """

    kind: int
    patterns: tuple[re.Pattern[str], ...]
    parts: tuple[str, ...]
    starts: tuple[str, ...] = ()


_MAY_FAIL, _MAY_NOT, _MAY_BE_FOUND, _MAY_BE_EXPECTED, _MAY_SUCCEED, _MAY_MEND = (
    1 << number for number in range(6)
)
SIGNS = (
    Sign(
        _MAY_FAIL,
        (_FAILED,),
        (
            *("fail", "crash", "died", "dies", "dying", "hung", "hang", "stall", "broke"),
            *("errored", "timed", "reject", "block", "refus", "denied", "kill", "stuck", "report"),
            *("flag", "surfac", "expos", "rais", "complain", "reveal", "exit", "return"),
            *("isolated", "diagnosed", "investigated", "triaged", "threw", "segfault", "panick"),
            *("deadlock", "regress", "went", "blew"),
        ),
    ),
    Sign(
        _MAY_NOT,
        (_COULD_NOT,),
        (
            *("reproduced", "unable", "could", "advanced", "progressed", "traceback", "fatal"),
            *("error:", "exception:", "panic:", "❌"),
        ),
        ("red", "able"),
    ),
    Sign(
        _MAY_BE_FOUND,
        (_FOUND,),
        ("identified", "discovered", "found", "noticed", "detected", "encountered", "uncovered"),
    ),
    Sign(
        _MAY_BE_EXPECTED,
        (_EXPECTED,),
        (
            *("expected", "intended", "design", "required", "meant", "negative", "deliberate"),
            "intentional",
        ),
    ),
    Sign(
        _MAY_SUCCEED,
        (_GOOD,),
        (
            *("pass", "fixed", "resolved", "close", "complete", "done", "work", "succe", "green"),
            *("ok", "verified", "cleared", "mitigated", "restored", "solved", "unblocked"),
            *("healthy", "longer", "gone", "✅", "✓"),
        ),
        ("0", "more"),
    ),
    Sign(
        _MAY_MEND,
        (_MENDED, _WAS_MENDED, _IN_ORDER_TO),
        ("fix", "resolve", "repair", "corrected", "remedied", "worked", "mended"),
        ("cure", "address", "mend"),
    ),
)
_PARTS = [(part, sign.kind) for sign in SIGNS for part in sign.parts]
_STARTS = [(start, sign.kind) for sign in SIGNS for start in sign.starts]
_TELLING = _MAY_FAIL | _MAY_NOT | _MAY_BE_FOUND | _MAY_SUCCEED | _MAY_MEND
_SIGNATURE = re.compile(
    r"[`*_\"']{0,3}(?P<name>[A-Za-z0-9][\w.:/#-]{2,119})[`*_\"']{0,3}(?P<rest>(?:\s.*)?)", re.DOTALL
)


class _Words(dict[str, int]):
    """What each word may be a sign of; pages share most of their words."""

    def __missing__(self, word: str) -> int:
        kinds = 0
        for part, kind in _PARTS:
            if part in word:
                kinds |= kind
        for start, kind in _STARTS:
            if word.startswith(start):
                kinds |= kind
        if len(self) < _MOST_REMEMBERED:
            self[word] = kinds
        return kinds


_WORDS = _Words()


class Tale(NamedTuple):
    """What one item or paragraph tells, each part as its sentences."""

    error: str = ""
    cause: str = ""
    fix: str = ""
    outcome: str = ""


_NOTHING_TOLD = Tale()


def is_told(text: str) -> bool:
    """Whether a value says anything: it is neither empty, a placeholder nor a word for nothing."""
    bare = text.strip()
    if len(bare) > _LONGEST_NOTHING:
        return True
    if not bare or _NOTHING.fullmatch(bare):
        return False
    return not _PLACEHOLDER.fullmatch(bare.strip(" \t-*.:"))


def is_fix(text: str) -> bool:
    """Whether a fix says that something was done, not that nothing was, or will be."""
    if _NO_FIX.match(text):
        return False
    return not (_NO_HELP.search(text) and _NO_HELP.search(sentences(text)[-1]))


def is_reference(text: str) -> bool:
    """Whether a value only names a ticket or a page."""
    bare = text.strip()
    return len(bare) <= _LONGEST_NOTHING and _REFERENCE.fullmatch(bare) is not None


def is_expected(text: str) -> bool:
    """Whether a failure was wanted, as in a negative test."""
    return signs_in(text) & _MAY_BE_EXPECTED > 0 and _EXPECTED.search(text) is not None


def is_wanted(text: str) -> bool:
    """Whether what stands below a label for errors is a failure that was wanted."""
    return _WANTED.match(text.strip()) is not None


def tells_failure(text: str) -> bool:
    """Whether a sentence reports that something failed, not what would."""
    signs = signs_in(text)
    is_found = signs & _MAY_BE_FOUND and _FOUND.match(text)
    if not (is_found or signs & (_MAY_FAIL | _MAY_NOT)) or is_expected(text) or is_change(text):
        return False
    if is_found and (_FAULT.search(text) or _LACK.search(text)):
        return True
    plain = _NO_FAILURE.sub(" ", text)
    signs = signs_in(plain)
    if signs & _MAY_FAIL and _FAILED.search(plain):
        return True
    return signs & _MAY_NOT > 0 and _COULD_NOT.search(plain) is not None


@lru_cache(maxsize=256)
def signs_in(text: str) -> int:
    """The kinds of signs among the words of a text, as bits: other patterns need not search."""
    signs = 0
    for word in text.lower().split():
        signs |= _WORDS[word]
    return signs


def is_general(title: str) -> bool:
    """Whether a heading could stand over anything, such as "Issues encountered" or "Day 2"."""
    return _TITLE_WORD.sub("", title.lower()).strip(_NO_WORD) == ""


def is_failure_title(text: str) -> bool:
    """Whether a heading may be that of an error."""
    if is_general(text):
        return False
    return _FAILURE_HEAD.search(_NO_FAILURE.sub(" ", text)) is not None and not is_expected(text)


@lru_cache(maxsize=256)
def is_change(text: str) -> bool:
    """Whether a sentence starts with something that was changed."""
    return _CHANGED.match(text) is not None


def is_done(text: str) -> bool:
    """Whether what was done, as a diary says it, changed anything but the record itself."""
    return _CHANGED_LATER.match(text) is not None and not is_bookkeeping(text)


def is_vain(title: str) -> bool:
    """Whether a heading stands over what was tried and did not help."""
    return _VAIN.search(title) is not None


def is_bookkeeping(text: str) -> bool:
    """Whether a sentence speaks of the record itself."""
    return _BOOKKEEPING.search(text) is not None


def mended(text: str) -> tuple[str, str] | None:
    """The fault and the fix of one sentence, such as "Fixed the mismatch of … by adding …"."""
    if found := _MENDED.match(text):
        if _has_fault(found["what"]):
            return found["what"], found["by"] or found["then"] or text
    elif (past := _was_mended(text)) and _has_fault(past):
        return past, text
    elif is_change(text):
        if (after := _AFTER.search(text)) and tells_failure(after["what"]):
            return after["what"], text
        if (aim := _IN_ORDER_TO.search(text)) and _has_fault(aim["what"]):
            return aim["what"], text
    return None


def _was_mended(text: str) -> str | None:
    past = _WAS_MENDED.match(text) if "ed" in text and _PAST.search(text) else None
    return past["what"] if past else None


def _has_fault(text: str) -> bool:
    return _FAULT.search(_NO_FAILURE.sub(" ", text)) is not None


def mended_by(tag: str, text: str) -> Tale | None:
    """What an item tells that ends in "Fixed by …": before that stand the error and its cause."""
    found = _MENDED_BY.fullmatch(text) if "ed " in text else None
    if not found:
        return None
    before = found["before"].strip(" *_:.–—-")
    title = tag.strip(" *_:`")
    if title and before:
        return Tale(error=title, cause=before, fix=found["fix"])
    return Tale(error=title or before, fix=found["fix"]) if title or before else None


def is_aside(label: str) -> bool:
    """Whether what stands below a folded label is no report of what happened."""
    return label in _ASIDES


def cause_in(text: str) -> str | None:
    """The cause, if a sentence says that it is the root of a failure."""
    found = _CAUSE.match(text)
    return found["what"] if found else None


@lru_cache(maxsize=1000)  # logs often say the same, such as that the gate has passed
def read_tale(text: str, *, is_action: bool = False) -> Tale:
    """Take a text apart that has no labels; `is_action` says that it tells what was done."""
    if not (is_action or signs_in(text) & _TELLING):
        return _read_change(text)
    if both := mended(text):
        return Tale(error=both[0], fix=both[1])
    told: dict[str, list[str]] = {name: [] for name in Tale._fields}
    for sentence in sentences(text):
        if sentence != text and (both := mended(sentence)):
            return Tale(error=both[0], fix=both[1])
        part = _part_of(sentence, told, is_action=is_action)
        if part == "error" and told["fix"] and not _LINKED.search(sentence):
            told["fix"].clear()  # what was changed before has nothing to do with it
        if part:
            told[part].append(sentence)
    if not any(told.values()):
        return _NOTHING_TOLD
    return Tale(**{name: " ".join(found).strip(" ;") for name, found in told.items()})


def _read_change(text: str) -> Tale:
    """What a text without a sign of anything else tells: at most that something was changed."""
    changes = [sentence for sentence in sentences(text) if is_change(sentence)]
    return Tale(fix=" ".join(changes).strip(" ;")) if changes else _NOTHING_TOLD


def _part_of(sentence: str, told: dict[str, list[str]], *, is_action: bool) -> str | None:
    """What a sentence tells, after the others; None if nothing of an error."""
    error, fix = told["error"], told["fix"]
    if tells_failure(sentence) and not (error and fix):
        return "cause" if error else "error"
    if is_change(sentence) or ((is_action or error) and is_done(sentence)):
        return "fix"
    if error and _NOW.search(sentence):
        return "fix"
    if is_success(sentence):
        return "outcome"
    if not error or fix:
        return None
    is_bare = len(error) == 1 and len(error[0]) < _SHORTEST_ERROR
    return "error" if is_bare else "cause"


def heads_list_of_mended(line: str) -> str | None:
    """The line without its colon, if it says that the items below it were errors, now gone."""
    found = _MENDED_LIST.fullmatch(line.strip().strip("*_"))
    return found[1] if found else None


def item_of(line: str) -> str | None:
    """The text of an item of a list, None if the line is none or only goes on with one."""
    found = _LIST_ITEM.match(line)
    return found[1].strip() if found else None


def is_success(sentence: str) -> bool:
    """Whether a sentence says that something works, and nothing else."""
    if len(sentence) >= _LONGEST_NOTHING or not signs_in(sentence) & _MAY_SUCCEED:
        return False
    return _GOOD.search(sentence) is not None and not _BAD.search(sentence)


def is_good(text: str) -> bool | None:
    """Whether an outcome is a good one; None if it does not tell."""
    plain = _NEGATED.sub(" ok ", text.replace("_", " "))
    if _DENIED.search(_CLAUSE.sub("", plain)):
        return False
    bad, good = _BAD.search(plain), _GOOD.search(plain)
    if bad and good:
        first = min(bad.start(), good.start())
        if first <= 2:  # noqa: PLR2004 (the verdict comes first: "FAIL, then …", "✅ PASS …")
            return good.start() == first
        return True
    return True if good else False if bad else None


def sentences(text: str) -> list[str]:
    """A text in sentences, roughly: a dot followed by a capital letter, or an arrow, ends one."""
    if _MARKS.isdisjoint(text[:-1]):
        return [text] if text.strip() else []
    found: list[str] = []
    for part in _SENTENCE.split(text):
        if found and found[-1].count("`") % 2:  # what looked like an end stands inside of code
            found[-1] += f" {part}"
        elif part.strip():
            found.append(part)
    return found


def split_signature(value: str) -> tuple[str | None, str]:
    """The signature at the start of a value, if it is one word, and what follows it."""
    first, _, below = value.strip().partition("\n")
    match = _SIGNATURE.fullmatch(first.strip())
    if not match:
        return None, value
    rest = match["rest"].strip() or below.strip()
    if match["rest"].strip() and not rest.startswith(("(", "-", "–", "—", ":", "|")):
        return None, value
    return match["name"].rstrip(".:"), rest.lstrip("-–—:| ").strip("() ")
