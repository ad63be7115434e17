"""A cursor over tokens that reads words, times and amounts; the lower half of the parser."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from allostasis.quantity.errors import InputError
from allostasis.regimen.tokens import GrammarError, Token, tokenize
from allostasis.regimen.words import MASS_UNITS, TIME_UNITS, plain

TIME_EXAMPLES = "a time with its unit, such as '30 min', '12 h', '14 d' or '4 weeks'"


@dataclass(frozen=True)
class Amount:
    """An amount: `value` in `unit` ("mg" or "mg/kg"); `rate_per_h` [unit per h] for a rate, else None."""

    value: float
    unit: str
    rate_per_h: float | None
    token: Token

    @property
    def daily(self) -> float:
        """The amount read as a daily dose [unit per day], whether or not it is written as a rate."""
        return self.value if self.rate_per_h is None else round(self.rate_per_h * 24.0, 12)


class Cursor:
    """Reads the tokens of one text from left to right."""

    def __init__(self, text: str):
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0

    @property
    def token(self) -> Token:
        """The next token, not yet read."""
        return self.tokens[self.index]

    def look(self, ahead: int = 0) -> Token:
        """Return the token `ahead` places on, or the last one."""
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def read(self) -> Token:
        """Return the next token and move on."""
        token = self.token
        self.index = min(self.index + 1, len(self.tokens) - 1)
        return token

    def refuse(
        self, what: str, at: Token | None = None, *, expected: str, fix: str, value: str | None = None
    ):
        """Build the error for a token (the next one by default)."""
        token = self.token if at is None else at
        shown = value if value is not None else token.text if token.kind != "end" else None
        return GrammarError(
            what, self.text, token.position, len(token.text), value=shown, expected=expected, fix=fix
        )

    def at_words(self, *words: str) -> bool:
        """Tell whether the next tokens are these words, whatever their case."""
        return all(self.look(k).kind == "word" and plain(self.look(k).text) == w for k, w in enumerate(words))

    def skip_words(self, *words: str) -> bool:
        """Read these words if they come next, and tell whether they did."""
        found = self.at_words(*words)
        self.index += len(words) if found else 0
        return found

    def phrase(self, phrases: Iterable[str]) -> str | None:
        """Read the longest of the phrases that comes next, or return None."""
        if self.token.kind != "word":
            return None
        first = plain(self.token.text)
        near = [phrase for phrase in phrases if phrase == first or phrase.startswith(f"{first} ")]
        for phrase in sorted(near, key=lambda p: -p.count(" ")):
            if self.skip_words(*phrase.split()):
                return phrase
        return None

    def number(self, what: str, example: str) -> float:
        """Read a finite number that is not negative."""
        if self.token.kind != "number":
            raise self.refuse(f"{what} is missing", expected="a number", fix=f"write {example!r}")
        token = self.read()
        value = float(token.text)
        if not math.isfinite(value):
            raise self.refuse(
                f"{what} is too large", token, expected="a finite number", fix=f"write {example!r}"
            )
        if value < 0:
            raise self.refuse(
                f"{what} is negative", token, expected="a number above 0", fix=f"write {example!r}"
            )
        return value

    def duration(self, what: str, *, zero: bool = False) -> float:
        """Read a time with its unit and return it in h; 0 only where `zero`."""
        first = self.token
        value = self.number(what, "14 d")
        unit = plain(self.token.text) if self.token.kind == "word" else ""
        if unit not in TIME_UNITS:
            if unit in ("month", "months", "mo"):
                raise self.refuse(
                    "a month has no fixed length", expected=TIME_EXAMPLES, fix="write '30 d' or '4 weeks'"
                )
            raise self.refuse(
                f"unit of {what} is missing or unknown", expected=TIME_EXAMPLES, fix="write '14 d'"
            )
        self.read()
        times, divisor = TIME_UNITS[unit]
        hours = value * times / divisor
        if not math.isfinite(hours) or (hours == 0 and not zero):
            raise self.refuse(
                f"{what} is out of range", first, expected="a finite time above 0", fix="write '14 d'"
            )
        return hours

    def instant(self, what: str) -> float:
        """Read a point in time ("day 150", "30 min") and return it in h from the start of the simulation."""
        if self.skip_words("day") or self.skip_words("hour"):
            times = TIME_UNITS[plain(self.tokens[self.index - 1].text)][0]
            hours = self.number(what, "day 150") * times
            if not math.isfinite(hours):
                raise self.refuse(f"{what} is out of range", expected="a finite time", fix="write 'day 150'")
            return hours
        return self.duration(what, zero=True)

    def amount(self, what: str = "dose") -> Amount:
        """Read an amount with its unit: mg, g, ug, ng, each also per kg and per time."""
        token = self.token
        value = self.number(what, "1 mg")
        fix = f"write '{token.text} mg', or the amount of drug in mg"
        if self.token.kind != "word":
            raise self.refuse(
                f"unit of the {what} is missing", token, expected="an amount with its unit", fix=fix
            )
        unit = self.token
        mass, *per = plain(unit.text).split("/")
        kg = per[:1] == ["kg"]
        rest = per[1:] if kg else per
        if mass not in MASS_UNITS or len(rest) > 1 or (rest and rest[0] not in TIME_UNITS):
            expected = "a mass such as mg, g, ug, mg/kg, or a rate such as mg/h"
            raise self.refuse(f"unit of the {what} is not known", unit, expected=expected, fix=fix)
        self.read()
        times, divisor = MASS_UNITS[mass]
        written, value = value, value * times / divisor
        if value == 0 and what == "dose":
            raise self.refuse(
                "dose is zero", token, expected="a dose above 0", fix="write 'then stop' for no dose"
            )
        rate = None
        if rest:
            hours, parts = TIME_UNITS[rest[0]]
            rate = written * times * parts / (divisor * hours)
        if not math.isfinite(value if rate is None else rate):
            raise self.refuse(f"{what} is too large", token, expected="a finite amount", fix=fix)
        return Amount(value, "mg/kg" if kg else "mg", rate, token)


def placed(cursor: Cursor, error: InputError, token: Token) -> InputError:
    """Return an error without a place as one that points at a token."""
    return cursor.refuse(
        error.what,
        token,
        expected=error.expected or "a valid statement",
        fix=error.fix or "see docs/regimen.md",
        value=None if error.value is None else str(error.value),
    )
