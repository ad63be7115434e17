"""Figures of status epilepticus in man: second drugs that tie, virtual and reported trials, severity against delay."""

from allostasis.clinic.status_epilepticus.endpoints import wilson
from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.study.se_delay_map import WITHIN_MIN, delay_map
from allostasis.study.virtual_trials import TrialResult, all_trials, run_trial

PERCENT = 100
ROW, FRAME = 24, 80
"""Height of a row, and of what stands around the rows [px]."""
ROOM = -95
"""Where words of a row begin, on the axis of per cent."""
SHARES = tuple((k, str(k)) for k in (0, 20, 40, 60, 80, 100))
NUDGE = 0.17


def rows_panel(title: str, results: tuple[TrialResult, ...]) -> Panel:
    """One row an arm: the share in virtual patients and the share that was reported, each with its Wilson interval."""
    drawn, notes, names = [], [], []
    for k, found in enumerate(results):
        y = len(results) - k
        given, spans = [], [(0, y + NUDGE, found.met, found.low, found.high)]
        if found.arm.events is not None and found.arm.of:
            low, high = wilson(found.arm.events, found.arm.of)
            spans.append((1, y - NUDGE, found.arm.events / found.arm.of, low, high))
        for colour, place, share, low, high in spans:
            drawn.append(Series("", colour, [PERCENT * low, PERCENT * high], [place, place]))
            given.append((colour, place, share))
        names += given
        notes.append((ROOM, y - NUDGE, f"{found.arm.trial}: {found.arm.protocol.name}"))
    for colour, words in enumerate(("virtual patients", "reported")):
        own = [(PERCENT * share, place) for c, place, share in names if c == colour]
        drawn.append(Series(words, colour, [x for x, _ in own], [y for _, y in own], kind="dots"))
    x = Axis("met the end point of the trial [%]", ROOM, 100, labels=SHARES)
    return Panel(
        title, x, Axis("", 0, len(results) + 1, labels=()), drawn,
        height=FRAME + ROW * len(results), notes=notes,
    )  # fmt: skip


def ties() -> str:
    """Three second drugs after lorazepam 2 mg and again 2 mg."""
    return chart([rows_panel("still seizing after lorazepam 2 and 2 mg, then a second drug", run_trial("ESETT"))],
                 "three second drugs after lorazepam")  # fmt: skip


def trials() -> str:
    """Every virtual trial beside what was reported."""
    return chart([rows_panel("", all_trials())], "virtual trials beside reported rates")


def delay_severity() -> str:
    """How many seizures lorazepam 4 mg stops, against the delay, at five severities."""
    found = delay_map()
    lines = []
    for k, shift in enumerate(found.severity):
        words = f"severity {shift:+.2f}" if shift else "typical severity"
        lines.append(Series(words, k, found.delays_min, PERCENT * found.lorazepam[k]))
        lines.append(Series("", k, found.delays_min, PERCENT * found.untreated[k], dash=True))
    y = Axis("stopped, of those seizing at the dose [%]", 0, 100)
    panel = Panel(
        f"seizure over {WITHIN_MIN} min after lorazepam 4 mg; dashed: untreated",
        Axis("delay from onset to the dose [min]", 0, max(found.delays_min)), y, lines, height=340,
    )  # fmt: skip
    return chart([panel], "delay and severity at which lorazepam still stops a seizure in man")


def misses(results: tuple[TrialResult, ...]) -> list[str]:
    """Arms whose reported interval and virtual interval do not overlap, in words."""
    missed = []
    for found in results:
        if found.arm.events is None or not found.arm.of:
            continue
        low, high = wilson(found.arm.events, found.arm.of)
        if found.low > high or found.high < low:
            share = found.arm.events / found.arm.of
            missed.append(f"{found.arm.trial}, {found.arm.protocol.name}: {found.met:.0%} against {share:.0%}")
    return missed

