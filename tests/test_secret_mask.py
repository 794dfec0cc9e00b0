"""The secrets that are masked, and the texts that are not."""

from __future__ import annotations

import random
import re
import shlex
import string
import uuid
from pathlib import Path

import pytest

from mkdocs_plantrace.editing.command_output import read_output
from mkdocs_plantrace.editing.secret_mask import mask, mask_command

FOLDER = Path(__file__).with_name("secrets")
ALPHABETS = {
    "abc": string.ascii_letters + string.digits,
    "low": string.ascii_lowercase + string.digits,
    "UP": string.ascii_uppercase + string.digits,
    "num": string.digits,
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "b64": string.ascii_letters + string.digits + "+/",
    "url": string.ascii_letters + string.digits + "_-",
}
CONTROLS = {"esc": "\x1b", "cr": "\r", "bs": "\b", "nul": "\0", "bom": "\ufeff"}
INVISIBLE = {"zwsp": "\u200b", "nbsp": "\xa0"}
_GROUP = 50
SECRET = re.compile("«(.*?)»", re.DOTALL)


def read_texts(name: str) -> list[list[str]]:
    """Return the texts of a file, with their marks, in groups: a test of its own takes longer."""
    lines = (FOLDER / name).read_text(encoding="utf-8").replace("\n¦", "\0").splitlines()
    texts = lines[lines.index("") + 1 :]
    found = [line.replace("\0", "\n") for line in texts if line and not line.startswith("## ")]
    return [found[start : start + _GROUP] for start in range(0, len(found), _GROUP)]


def fill_in(text: str) -> str:
    """Put random parts, the same in every run, and control characters into a text."""
    source = random.Random(text)  # noqa: S311 (no secret)

    def replace(match: re.Match[str]) -> str:
        kind, length = match.groups()
        if kind == "uuid":
            return str(uuid.UUID(int=source.getrandbits(128), version=4))
        if kind in ALPHABETS:
            return "".join(source.choices(ALPHABETS[kind], k=int(length)))
        return {**CONTROLS, **INVISIBLE}[kind]

    kinds = "|".join([*ALPHABETS, *CONTROLS, *INVISIBLE, "uuid"])
    return re.sub(rf"\{{({kinds})(\d*)\}}", replace, text)


def find_words(text: str) -> set[str]:
    return set(re.findall(r"\w{2,}", text))


def assert_masked(text: str, masked: str, label: str) -> None:
    """Each word of the secrets is gone, and what stands before the first one is left."""
    for secret in SECRET.findall(text):
        for part in re.findall(r"\S{4,}", secret) or [secret]:
            assert part not in masked
    assert find_words(label) <= find_words(masked)


@pytest.mark.parametrize("texts", read_texts("outputs.txt"))
def test_secrets_of_outputs_are_masked(texts):
    for text in map(fill_in, texts):
        masked = "\n".join(read_output(re.sub("[«»‹›]", "", text).encode()))
        label = re.split("[«‹]", text)[0].split("\n")[-1]
        assert_masked(text, masked, re.sub(r"\x1b\[\d*m", "", label))
    assert mask(masked) == masked


@pytest.mark.parametrize("texts", read_texts("commands.txt"))
def test_secrets_of_command_lines_are_masked(texts):
    for text in map(fill_in, texts):
        words = shlex.split(re.sub("[«»‹›]", "", text))
        masked = mask_command(words)
        assert_masked(text, masked, re.split("[«‹]", text)[0])
        assert shlex.split(masked)[0].split("=")[0] == words[0].split("=")[0]


@pytest.mark.parametrize("texts", read_texts("harmless.txt"))
def test_what_is_no_secret_stays(texts):
    for text in map(fill_in, texts):
        assert mask(text) == text


def test_what_is_no_secret_of_a_command_line_stays():
    line = """docker run -p 80:80 -u 1000 -e PORT=80 --x='a b' "it's" 'a"b'"""
    assert mask_command(shlex.split(line)) == line


def test_a_command_line_is_masked_and_can_be_pasted():
    assert mask_command(["x", "--password", "a b", "TOKEN=c d", "it's"]) == (
        'x --password *** TOKEN=*** "it\'s"'
    )


@pytest.mark.parametrize(
    ("command", "masked"),
    [
        (["curl", "-u", "me:a b"], "curl -u me:***"),
        (["curl", "-ume:a b", "--user=me:x"], "curl -ume:*** --user=me:***"),
        (["x", "--password", "-hunter"], "x --password ***"),
        (["x", "--password", "it's 'a' \"b\""], "x --password ***"),
        (["x", "TOKEN=a\nb"], "x TOKEN=***"),
        (["x", "--password-stdin", "-u", "a"], "x --password-stdin -u a"),
        (["mysql", "-pa b", "db"], "mysql -p*** db"),
        (["sshpass", "-p", "a b", "ssh"], "sshpass -p *** ssh"),
        (["docker", "login", "-p", "x"], "docker login -p ***"),
        (["docker", "run", "-p", "80:80"], "docker run -p 80:80"),
        (["redis-cli", "-a", "x"], "redis-cli -a ***"),
        (["x", "-k", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"], "x -k '***'"),
    ],
)
def test_options_that_take_secrets_are_known(command, masked):
    assert mask_command(command) == masked


def test_output_of_other_encodings_is_masked():
    assert read_output("password=hunter2\nend".encode("utf-16-le")) == ("password=***", "end")
    assert read_output(b"\xff\xfepassword=\xe9hunter2") == ("\ufffdpassword=***",)


def test_a_key_is_masked_if_its_begin_was_cut_off():
    key = ("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\n" * 90).encode()
    assert read_output(key + b"-----END RSA PRIVATE KEY-----\nfailed") == ("***", "failed")
    assert read_output(key + b"failed") == ("***", "failed")


def test_what_follows_a_key_without_end_stays():
    key = b"-----BEGIN RSA PRIVATE KEY-----\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldY\n"
    assert read_output(key + b"Error: cut off\n") == ("***", "Error: cut off")


def test_a_quote_that_is_not_closed_hides_no_error():
    output = b"--password 'hunter2\n" + b"a line\n" * 9 + b"Error: it's broken"
    assert read_output(output) == ("--password ***", *["a line"] * 9, "Error: it's broken")


@pytest.mark.parametrize("name", ["password=", "Authorization: Bearer ", "token "])
def test_secrets_of_long_lines_are_masked(name):
    (line,) = read_output(("x " * 110 + name + "hunter2ab" * 1000).encode())
    assert "hunter2" not in line
