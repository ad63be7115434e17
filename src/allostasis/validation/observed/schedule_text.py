"""Schedules of a collection of measured data, such as "0-(S12-T12-R13)": times in h joined by "-" or ",", groups in brackets.

    S0-T24-R4           start at 0 h, every 24 h, 4 doses in all: 0, 24, 48, 72. Hyphens and commas within are optional
    (S0-T24-R9)-(S4-T24-R9)     one after another
    S48-(S0-T6-R3)-T24-R2       the group stands for one dose of each repetition: 48, 54, 60, 72, 78, 84
    (200mg): 0-6; (400mg): 18   parts with an amount of their own, before ("200mg:") or behind ("S0-T24-R18 (10 mg)")
    0-12-24,5           a comma between digits is a decimal one

R counts doses: R4 with T24 agrees with "for 4 days", R18 with T24 with a second part from S432.
"""

import re
from collections.abc import Iterator

_LABEL = re.compile(r"\(?\s*(\d+(?:\.\d+)?)\s*mg\s*\)?\s*:", re.IGNORECASE)
_BEHIND = re.compile(r"\((\d+(?:\.\d+)?)\s*mg\)", re.IGNORECASE)
_TOKEN = re.compile(
    r"\s*(?:(?P<key>[STR])\s*-?\s*(?=\d)|(?P<number>\d+(?:[.,]\d+)?)|(?P<bracket>[()])|(?P<skip>[-,;\s]))", re.IGNORECASE
)
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
MOST = 2000  # structural: more doses than this are a slip of the pen


class Unreadable(ValueError):
    """A schedule that cannot be read; says why."""


def schedule_of(times: str, amounts: str) -> list[tuple[float, float]]:
    """(time [h], amount [mg]) of each dose, in order of time.

    Args:
        times: the text after "at".
        amounts: the text before "mg"; one number, unless the parts of ``times`` name their own.

    Raises:
        Unreadable: with the reason.

    >>> schedule_of("S0-T6-R4", "300")
    [(0.0, 300.0), (6.0, 300.0), (12.0, 300.0), (18.0, 300.0)]
    >>> schedule_of("(S-0,T-12,R-2)-26-30,5", "500")
    [(0.0, 500.0), (12.0, 500.0), (26.0, 500.0), (30.5, 500.0)]
    >>> schedule_of("S48-(S0-T6-R2)-T24-R2", "11")
    [(48.0, 11.0), (54.0, 11.0), (72.0, 11.0), (78.0, 11.0)]
    >>> schedule_of("(200mg): 0-6; (400mg): 18", "200/400")
    [(0.0, 200.0), (6.0, 200.0), (18.0, 400.0)]
    >>> schedule_of("S0-T24-R1 (2 mg), S24-T24-R1 (600 mg)", "first 2, then 600")
    [(0.0, 2.0), (24.0, 600.0)]
    """
    found = [(time, mg) for mg, text in _parts(times, amounts) for time in _times(text)]
    if not found:
        raise Unreadable("no times")
    if len(found) > MOST:
        raise Unreadable(f"{len(found)} doses")
    return sorted(found)


def _parts(times: str, amounts: str) -> Iterator[tuple[float, str]]:
    """(amount, text of its times) of each part."""
    behind = list(_BEHIND.finditer(times))
    before = list(_LABEL.finditer(times))
    if before:
        ends = [m.start() for m in before[1:]] + [len(times)]
        if times[: before[0].start()].strip(" ;,"):
            raise Unreadable("times without an amount")
        yield from ((float(m[1]), times[m.end() : end]) for m, end in zip(before, ends, strict=True))
    elif behind:
        starts = [0, *(m.end() for m in behind[:-1])]
        if times[behind[-1].end() :].strip(" ;,"):
            raise Unreadable("times without an amount")
        yield from ((float(m[1]), times[start : m.start()]) for m, start in zip(behind, starts, strict=True))
    elif _PLAIN.fullmatch(amounts.strip()):
        yield float(amounts), times
    else:
        raise Unreadable(f"which of the amounts {amounts.strip()!r} was taken when is not said")


def _times(text: str) -> list[float]:
    tokens = _tokens(text)
    found = _sequence(tokens)
    if tokens:
        raise Unreadable("brackets that do not match")
    return found


def _tokens(text: str) -> list[str]:
    """Keys, numbers and brackets, last first: they are taken from the end of the list."""
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise Unreadable(f"{text[place:].strip()!r}")
        found += [t for t in (match["key"], match["number"], match["bracket"]) if t]
        place = match.end()
    return [t.replace(",", ".").upper() for t in reversed(found)]


def _sequence(tokens: list[str]) -> list[float]:
    """Times up to the end or the closing bracket."""
    found: list[float] = []
    repeated: dict[str, float] = {}
    pattern = [0.0]
    while tokens and tokens[-1] != ")":
        token = tokens.pop()
        if token == "(":
            inner = _sequence(tokens)
            if not tokens:
                raise Unreadable("brackets that do not match")
            tokens.pop()
            if repeated and "T" not in repeated:
                pattern = inner
            else:
                found += inner
        elif token in ("S", "T", "R"):
            if token in repeated:
                raise Unreadable(f"{token} twice")
            repeated[token] = float(tokens.pop())
            if len(repeated) == 3:  # structural: start, interval and number
                starts = [repeated["S"] + k * repeated["T"] for k in range(_count(repeated["R"]))]
                found += [start + after for start in starts for after in pattern]
                repeated, pattern = {}, [0.0]
        else:
            found.append(float(token))
    if repeated:
        raise Unreadable("S, T and R are not all there")
    return found


def _count(number: float) -> int:
    if number != int(number) or not 0 < number <= MOST:
        raise Unreadable(f"R{number:g}")
    return int(number)
