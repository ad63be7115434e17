"""Figures of status epilepticus in the rat: potency against the age of a seizure, and three drugs at once or in turn."""

import numpy as np

from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.study.se_polytherapy import HORIZON_MIN, HOUR_MIN, polytherapy
from allostasis.study.se_potency import LADDERS, Potency, potency

SEEN = ((5, 8), (10, 7), (20, 1), (30, 0))
"""Diazepam 10 mg/kg: delay [min] and how many of 8 rats were free of seizures (SE24 to SE27)."""
OF = 8
RECALLED = ((10, 4.2), (45, 40.0))
"""ED50 of diazepam as recalled (SR03, SR04): delay [min] and dose [mg/kg]."""
PERCENT = 100
LOST = {"diazepam": 420.0, "ketamine": 300.0, "phenobarbital": 220.0}
"""Where the drawing puts a dose that no ladder reaches [mg/kg]."""
SHOWN = ("all three at once", "one after the other", "midazolam, triple dose", "ketamine, triple dose", "valproate, triple dose")


def _success(plain: Potency, second: Potency) -> Panel:
    from allostasis.clinic.status_epilepticus import wilson

    delays = plain.delays_min
    lines = [
        Series("diazepam 10 mg/kg", 0, delays, PERCENT * plain.share["diazepam 10"]),
        Series("with the micromolar site", 0, delays, PERCENT * second.share["diazepam 10"], dash=True),
        Series("diazepam 10 and ketamine 50 mg/kg", 1, delays, PERCENT * plain.share["diazepam 10 and ketamine 50"]),
        Series("ketamine 50 mg/kg", 2, delays, PERCENT * plain.share["ketamine 50"]),
        Series("seen, diazepam, 8 rats each", 5, [d for d, _ in SEEN], [PERCENT * n / OF for _, n in SEEN], kind="dots"),
    ]
    for delay, n in SEEN:
        low, high = wilson(n, OF)
        lines.append(Series("", 5, [delay, delay], [PERCENT * low, PERCENT * high]))
    return Panel("seizure over an hour after the dose [%]", Axis("", 0, 65, labels=()), Axis("", 0, 100), lines, height=250)


def _ed50(plain: Potency, second: Potency) -> Panel:
    delays, lines = plain.delays_min, []
    drawn = [(drug, plain.ed50[drug], k, False) for drug, k in (("diazepam", 0), ("ketamine", 2), ("phenobarbital", 3))]
    drawn.append(("diazepam", second.ed50["diazepam"], 0, True))
    for drug, values, colour, dash in drawn:
        words = "ED50 of diazepam" if drug == "diazepam" else f"ED50 of {drug}"
        lines.append(Series("" if dash else words, colour, delays, values, dash=dash))
        gone = [d for d, v in zip(delays, values, strict=True) if not np.isfinite(v)]
        if gone and not dash:
            lines.append(Series("", colour, gone, [LOST[drug]] * len(gone), kind="dots"))
    lines.append(Series("ED50 of diazepam as recalled", 4, *zip(*RECALLED, strict=True), kind="dots"))
    top = max(max(doses) for doses in LADDERS.values())
    note = (1, 150, f"dots above: no dose of the ladder (up to {top} mg/kg) stops half")
    return Panel(
        "dose that stops half [mg/kg]", Axis("delay from onset to the dose [min]", 0, 65), Axis("", 1, 500, log=True), lines,
        height=300, notes=[note],
    )  # fmt: skip


def potency_loss() -> str:
    """Success of a dose and ED50 against the delay, with what was seen."""
    plain, second = potency(False), potency(True)
    return chart([_success(plain, second), _ed50(plain, second)], "loss of potency with the age of a seizure in the rat")


def three_drugs() -> str:
    """Three drugs at once, one after the other, and three times one of them, over six hours."""
    found = polytherapy()
    minutes, end = np.arange(HORIZON_MIN) / HOUR_MIN, HORIZON_MIN / HOUR_MIN
    panels = []
    for k, (title, values, axis) in enumerate((
        ("animals with a seizure [%]", lambda c: PERCENT * c.seizing, Axis("", 0, 100)),
        ("ln excitation over inhibition, mean", lambda c: c.imbalance, Axis("", -0.5, 2)),
        ("EEG power over baseline, mean", lambda c: c.power, Axis("", 0.1, 20, log=True)),
    )):  # fmt: skip
        lines = [Series(name, colour, minutes, values(found[name])) for colour, name in enumerate(SHOWN)]
        lines.append(Series("untreated", 5, minutes, values(found["untreated"]), dash=True))
        last = k == 2  # structural: the lowest of three panels carries the axis
        x = Axis("time after the first dose, which comes at 40 min [h]" if last else "", 0, end, labels=None if last else ())
        panels.append(Panel(title, x, axis, lines, level=1.0 if last else None, height=230 if last else 190))
    return chart(panels, "three drugs at once, one after the other, and three times one drug, in the rat")
