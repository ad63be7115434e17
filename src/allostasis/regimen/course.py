"""A course: statements that follow one another, laid on the time axis and expanded into doses. Times in h."""

import math
from dataclasses import dataclass

from allostasis.quantity.errors import InputError
from allostasis.regimen.dose import MAX_DOSES, SAME_INSTANT_H, Dose
from allostasis.regimen.statement import HOURS_PER_DAY, Infusion, Repeated, Single, Stop
from allostasis.regimen.taper import Taper

Statement = Single | Infusion | Repeated | Taper | Stop


@dataclass(frozen=True)
class Span:
    """A part of a course: one pattern from `start_h` to `end_h` [h], amounts multiplied by `factor`.

    Repeated doses fall on `anchor_h` + k intervals, so that a taper keeps the rhythm of the dosing before it.
    """

    statement: Single | Infusion | Repeated
    start_h: float
    end_h: float
    factor: float = 1.0
    anchor_h: float = 0.0


@dataclass(frozen=True)
class Course:
    """Statements joined by `then`, each beginning where the former ended unless it says when.

    Args:
        statements: at least one statement; a taper must follow repeated dosing or another taper.

    Raises:
        InputError: a statement begins before the former ends, has no end, or is a taper of nothing.

    """

    statements: tuple[Statement, ...]

    def __post_init__(self):
        if not self.statements:
            raise InputError(
                "course without a statement", expected="at least one dose", fix="write 'none' for no drug"
            )
        self.spans()

    @property
    def end_h(self) -> float:
        """End of the last statement [h], infinity where it has none."""
        return self._lay()[1]

    def spans(self) -> tuple[Span, ...]:
        """Lay the statements on the time axis; the last span may end at infinity."""
        return self._lay()[0]

    def _lay(self) -> tuple[tuple[Span, ...], float]:
        spans: list[Span] = []
        now, base, daily, anchor = 0.0, None, 0.0, 0.0
        for index, statement in enumerate(self.statements):
            start = self._start(index, now)
            following = self.statements[index + 1] if index + 1 < len(self.statements) else None
            if isinstance(statement, Taper):
                if base is None or start - now > SAME_INSTANT_H:
                    raise _nothing_to_taper(start - now > SAME_INSTANT_H)
                level = daily
                for k, factor in enumerate(statement.factors(daily, base.unit)):
                    begin = start + k * statement.every_h
                    level = daily * factor
                    spans.append(
                        Span(base, begin, begin + statement.every_h, level / base.daily_dose, anchor)
                    )
                    now = begin + statement.every_h
                daily = level
                check_count(len(spans))
                continue
            now = self._end(statement, start, following)
            base = statement if isinstance(statement, Repeated) else None
            if not isinstance(statement, Stop):
                spans.append(Span(statement, start, now, anchor_h=start))
            if base is not None:
                daily, anchor = base.daily_dose, start
        return tuple(spans), now

    def _start(self, index: int, now: float) -> float:
        start = self.statements[index].start_h
        if start is None:
            return now
        if start < now - SAME_INSTANT_H:
            raise InputError(
                "statement begins before the former one ends",
                value=f"{start:g} h",
                expected=f"a start at or after {now:g} h",
                fix="change the times, or separate two lines that run side by side by ';'",
            )
        return float(start)

    def _end(self, statement: Statement, start: float, following: Statement | None) -> float:
        if isinstance(statement, Single):
            return start + statement.over_h
        duration = statement.duration_h  # type: ignore[union-attr]
        if duration is not None:
            return start + duration
        if following is None:
            return math.inf
        if following.start_h is None:
            raise InputError(
                "dosing has no end, so what follows cannot begin",
                expected="'for' or 'until' before 'then'",
                fix="write 'for 28 d, then ...' or 'until day 28, then ...'",
            )
        return max(start, float(following.start_h))

    def count(self, horizon_h: float) -> float:
        """Estimate the number of repeated doses before `horizon_h` [h] without expanding them."""
        total = 0.0
        for span in self.spans():
            length, each = min(span.end_h, horizon_h) - span.start_h, span.statement
            if isinstance(each, Repeated) and length > 0:
                total += length / each.interval_h * max(1, len(each.clock_h))
        return total

    def doses(self, horizon_h: float) -> list[Dose]:
        """Expand into doses that begin before `horizon_h` [h]; open-ended infusions end there."""
        doses: list[Dose] = []
        for span in self.spans():
            end = min(span.end_h, horizon_h)
            if isinstance(span.statement, Repeated):
                doses += _repeat(span, end, horizon_h)
            elif span.start_h < horizon_h - SAME_INSTANT_H:
                doses.append(_once(span, end))
        return doses


def _nothing_to_taper(late: bool) -> InputError:
    return InputError(
        "taper begins after the dosing has ended" if late else "taper of nothing",
        expected="repeated dosing right before it",
        fix="write 'lorazepam 1 mg oral tid for 180 d, then taper 10 % of current every 14 d'",
    )


def check_count(count: float | int) -> None:
    """Raise InputError where a regimen has more than `MAX_DOSES` doses."""
    if not count <= MAX_DOSES:
        raise InputError(
            "regimen has too many doses",
            value=f"{count:.6g}",
            expected=f"at most {MAX_DOSES} doses within the horizon",
            fix="use a longer interval, a shorter horizon, or an infusion",
        )


def _once(span: Span, end: float) -> Dose:
    s = span.statement
    if isinstance(s, Infusion):
        return Dose(s.drug, s.route, s.rate * (end - span.start_h), s.unit, span.start_h, end - span.start_h)
    assert isinstance(s, Single)
    return Dose(s.drug, s.route, s.amount, s.unit, span.start_h, s.over_h)


def _repeat(span: Span, end: float, horizon: float) -> list[Dose]:
    s, start = span.statement, span.start_h
    assert isinstance(s, Repeated)
    length = end - start
    if length <= SAME_INSTANT_H:
        return []
    amounts = [round(a * span.factor, 12) if span.factor != 1.0 else float(a) for a in s.amounts]
    if s.clock_h:
        each = amounts * (len(s.clock_h) // len(amounts))
        days = range(int(start // HOURS_PER_DAY), int(end // HOURS_PER_DAY) + 1)
        events = [(day * HOURS_PER_DAY + c, a) for day in days for c, a in zip(s.clock_h, each, strict=True)]
        events = [(t, a) for t, a in events if start - SAME_INSTANT_H <= t < end - SAME_INSTANT_H]
    else:
        first, last = (math.ceil((t - span.anchor_h - SAME_INSTANT_H) / s.interval_h) for t in (start, end))
        events = [(span.anchor_h + k * s.interval_h, amounts[k % len(amounts)]) for k in range(first, last)]
    return [
        Dose(s.drug, s.route, a, s.unit, t, s.over_h)
        for t, a in events
        if a > 0 and t < horizon - SAME_INSTANT_H
    ]
