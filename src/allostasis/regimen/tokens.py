"""Tokens of the regimen language, and errors that show where."""

import re
from dataclasses import dataclass

from allostasis.quantity.errors import InputError

#: Structural limit on the length of a regimen text [characters].
LONGEST_TEXT = 20_000

_PATTERN = re.compile(
    r"""
    (?P<space>[^\S\n]+|\#[^\n]*)
  | (?P<clock>\d{1,2}:\d{2}(?!\d))
  | (?P<decimal_comma>\d+,\d+)
  | (?P<word>(?:\d+-)?[^\W\d_][\w.'\u2019/-]*)
  | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<separator>[;&\n])
  | (?P<comma>,)
  | (?P<plus>\+)
  | (?P<percent>%)
  | (?P<relation>[<>])
    """,
    re.VERBOSE,
)


class GrammarError(InputError):
    """Refusal of a regimen text; the message ends in the line and a caret under the place.

    Args:
        what: what was wrong.
        text: the whole text.
        position: offset of the offending part in `text`.
        length: its length, at least 1.
        value: the offending part, or None.
        expected: what was expected.
        fix: a corrected example.

    """

    def __init__(self, what, text, position, length=1, *, value=None, expected=None, fix=None):
        super().__init__(what, value=value, expected=expected, fix=fix)
        self.text, self.position = text, position
        start = text.rfind("\n", 0, position) + 1
        line = text[start:].split("\n", 1)[0]
        caret = " " * (position - start) + "^" * max(1, min(length, len(line) - (position - start)))
        self.args = (f"{self.args[0]}\n  {line}\n  {caret}",)


@dataclass(frozen=True)
class Token:
    """A piece of the text: its kind, the text itself and its offset."""

    kind: str
    text: str
    position: int


def tokenize(text: str) -> list[Token]:
    """Split a regimen text into tokens, the last of kind "end"; spaces and `# comments` are dropped.

    Raises:
        GrammarError: a character that the language does not use, a decimal comma, or a text that is too long.

    >>> [token.kind for token in tokenize("10 mg po at 8:00")]
    ['number', 'word', 'word', 'word', 'clock', 'end']

    """
    if len(text) > LONGEST_TEXT:
        raise InputError(
            "regimen text is too long", value=f"{len(text)} characters", expected=f"at most {LONGEST_TEXT}"
        )
    tokens, position = [], 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            raise GrammarError(
                "character is not part of the language",
                text,
                position,
                value=text[position],
                expected="words, numbers, '%', '+', ',', ';'",
                fix="write 'lorazepam 1 mg oral tid for 28 d'",
            )
        kind = str(match.lastgroup)
        if kind == "decimal_comma":
            fixed = match[0].replace(",", ".")
            raise GrammarError(
                "comma inside a number",
                text,
                position,
                len(match[0]),
                value=match[0],
                expected="a decimal point, and no separator of thousands",
                fix=f"write {fixed!r} or {match[0].replace(',', '')!r}",
            )
        if kind != "space":
            tokens.append(Token(kind, match[0], position))
        position = match.end()
    return [*_join_lines(tokens), Token("end", "", len(text))]


def _join_lines(tokens: list[Token]) -> list[Token]:
    """Drop a line break beside a comma or another separator, or before `then`: the line goes on."""
    kept: list[Token] = []
    for index, token in enumerate(tokens):
        if token.text == "\n":
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            if following is None or not kept or kept[-1].kind in ("comma", "separator"):
                continue
            if following.text.lower() == "then" or following.kind in ("comma", "separator"):
                continue
        kept.append(token)
    return kept
