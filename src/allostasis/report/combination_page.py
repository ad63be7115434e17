"""The page of a combination: four criteria with their reasons, the isobologram, effects, and what trials have seen."""

from collections.abc import Mapping

import numpy as np

from allostasis.clinic.combination import Assessment, Pair
from allostasis.clinic.combination.criteria import CRITERIA
from allostasis.clinic.combination.evidence import CAUTION
from allostasis.clinic.combination.interaction import fraction
from allostasis.report.log_axis import curve, title
from allostasis.report.page import Page, Row, Table, lines
from allostasis.report.plot import Panel, Section, axis, colour, frame
from allostasis.report.view import Arm, shorten
from allostasis.report.words import listing

SHORT = ("distinct", "pharmacodynamic", "no adverse change", "do not add up")
"""What each criterion asks, below its heading: long headings run over their cells on a telephone."""
HEIGHT, ROW, FOOT = 340, 34, 60  # structural: heights [px]
BEYOND = 1.08  # structural: axis beyond the largest value
WORDS = {"acute": "one load each, at its peak within two hours", "chronic": "lasting treatment, at its mean level"}
LIMITS = (
    "The effect is a fall of the model's log of excitation over inhibition: no rate of seizures, no chance of stopping one.",
    "Effects on ports of their own add up in the log, which is exactly what Bliss calls independent: the model cannot find"
    " synergy between such drugs by that measure, nor deny it.",
    "A Loewe index below 1 is certain where one drug cannot reach the effect alone. It says then that the other does the work.",
    "Mechanisms are those with numbers in the library; a drug may have more.",
    "Rates of side effects come from different trials and people; taking them as independent is an assumption.",
)


def combination_page(found: Assessment, made: Mapping[str, str]) -> Page:
    """Build the page."""
    arms = lines([pair.name for pair in found.pairs])
    by_drug = lines([g.drug for g in found.drugs] + ["together"])
    sections = [_isobologram(arm, pair) for arm, pair in zip(arms, found.pairs, strict=True)]
    sections = [s for s in sections if s is not None]
    sections += [_effects(found, by_drug), _reasons(found), _seen(found)]
    doses = "; ".join(g.regimen for g in found.drugs)
    return Page(
        title=f"{listing([g.drug for g in found.drugs])} together", kind="combination", headline=headline(found),
        details=[f"{p.name}: {p.met} of {len(CRITERIA)} criteria met." for p in found.pairs] if len(found.pairs) > 1 else [],
        question=f"{doses} ({WORDS[found.setting]}); {found.stage} in a seizure.",
        table=_table(found, arms), sections=sections, limits=LIMITS, caution=CAUTION, made=made, numbers="combination.csv",
    )  # fmt: skip


def headline(found: Assessment) -> str:
    """The answer in a sentence."""
    best = max(found.pairs, key=lambda p: p.met)
    alone = max(found.alone)
    more = f"Together they take {found.together:.2f} off the log imbalance, the strongest alone {alone:.2f}"
    return f"{best.name} meets {best.met} of the four criteria. {more}."


def _table(found: Assessment, arms: tuple[Arm, ...]) -> Table:
    asked = list(zip(("Mechanisms", "Synergy", "Kinetics", "Side effects"), SHORT, strict=True))
    columns = [("Pair", ""), *asked, ("Bliss excess", "share of the drive"), ("Loewe index", "")]
    rows = []
    for arm, p in zip(arms, found.pairs, strict=True):
        index = p.found.combination_index
        cells = [(s.verdict, "" if s.value is None else f"{s.value:g}") for s in p.scores]
        measures = [(f"{p.found.bliss_excess:+.3f}", ""), ("none" if index is None else f"{index:.2f}", "")]
        rows.append(Row(p.name, [*cells, *measures], arm))
    return Table("The four criteria", columns, rows, "1 met, 0.5 in part, 0 not met. The reasons stand below.")


def _isobologram(arm: Arm, p: Pair) -> Section | None:
    if p.curve is None:
        return None
    x, y = p.curve[:, 0], p.curve[:, 1]
    drawn = [curve(arm, x, y, name="same effect", width=3)]
    both = np.isfinite(p.ends).all()
    if both:
        drawn.append(curve(arm, [0, p.ends[0]], [p.ends[1], 0], name="additive", width=1.5, dash="dash"))
    shown = [max(float(np.nanmax(v)), 1.0) for v in (x, y)]
    drawn.append({
        "type": "scatter", "mode": "markers", "x": [1.0], "y": [1.0], "name": "both reference doses",
        "marker": {"color": "@ink", "size": 9, "symbol": "circle-open", "line": {"width": 2}},
        "hovertemplate": "both doses<extra></extra>",
    })  # fmt: skip
    layout = frame(
        xaxis=axis(title=title(f"{p.first.drug}, multiples of the dose"), range=[0, shown[0] * BEYOND], showline=True),
        yaxis=axis(title=title(f"{p.second.drug}, multiples"), range=[0, shown[1] * BEYOND], showline=True), hovermode="closest",
        margin={"l": 56, "r": 14, "t": 10, "b": 48},
    )  # fmt: skip
    facts = [_isobole_words(p)]
    panel = Panel(f"plot-isobologram-{arm.index}", "", facts[0], {"data": drawn, "layout": layout}, HEIGHT)
    lead = f"Every point of the line takes {p.effect:.2f} off the log imbalance. Dashed: dose additivity. Circle: both doses."
    return Section(f"isobologram-{arm.index}", f"Isobologram of {p.name}", lead, [panel], facts, wide=True)


def _isobole_words(p: Pair) -> str:
    alone = [
        f"{g.drug} alone needs {end:.2f} times its dose" if np.isfinite(end) else f"{g.drug} never gets there alone"
        for g, end in zip((p.first, p.second), p.ends, strict=True)
    ]
    return f"For {p.effect:.2f}: {'; '.join(alone)}."


def _effects(found: Assessment, arms: tuple[Arm, ...]) -> Section:
    values = [*found.alone, found.together]
    names = [arm.name for arm in arms]
    bars = {
        "type": "bar", "orientation": "h", "x": shorten(values), "y": names, "width": 0.6,
        "marker": {"color": [colour(arm) for arm in arms]}, "hovertemplate": "%{x:.2f}<extra></extra>",
        "text": [f"{v:.2f}" for v in values], "textposition": "outside", "cliponaxis": False,
    }  # fmt: skip
    top = max(*values, 0.0) * 1.15 or 1.0  # structural: room for the numbers
    layout = frame(
        xaxis=axis(title=title("fall of the log imbalance"), range=[min(0.0, *values), top], showline=True),
        yaxis=axis(autorange="reversed", showgrid=False, tickfont={"color": "@ink", "size": 12.5}), hovermode="closest",
        margin={"l": 10, "r": 40, "t": 6, "b": 44},
    )  # fmt: skip
    facts = [f"{n}: {v:.2f}, {fraction(v):.0%} of the drive." for n, v in zip(names, values, strict=True)]
    panel = Panel("plot-effects", "", " ".join(facts), {"data": [bars], "layout": layout}, FOOT + ROW * len(values))
    lead = "How far each takes excitation over inhibition down."
    return Section("effects", "Effect alone and together", lead, [panel], facts, wide=True)


def _reasons(found: Assessment) -> Section:
    many = len(found.pairs) > 1
    scores = [(f"{p.name}, {s.criterion}" if many else s.criterion.capitalize(), s) for p in found.pairs for s in p.scores]
    facts = [f"{name}: {s.verdict}. {s.reason[0].upper()}{s.reason[1:]}." for name, s in scores]
    return Section("reasons", "Why", "The reason of every score.", [], facts, wide=True)


def seen_words(found: Assessment) -> list[str]:
    """What trials and experiments of the library saw, negative ones first."""
    loud = {"negative": "NEGATIVE"}
    return [
        f"{loud.get(row['verdict'], row['verdict'].capitalize())}: {row['drugs'].replace(';', ' +')},"
        f" {row['species']} ({row['model']}),"
        f" against {row['comparator']}: {row['outcome']}: {row['result']}."
        + (f" {row['note']}" if row["note"] else "") + f" [{row['status']}]"
        for row in found.seen
    ]  # fmt: skip


def _seen(found: Assessment) -> Section:
    facts = seen_words(found) or ["The library holds no trial and no experiment with these drugs together."]
    lead = "What was seen outside the model. Experiments in rats were mostly positive; the randomised trial in people was not."
    return Section("seen", "What was seen", lead, [], facts, wide=True)
