"""The figure of virtual knock-in mice: what each mutant keeps of every effect."""

from collections.abc import Mapping, Sequence

import pandas as pd

from allostasis.clinic.profile import AXES
from allostasis.clinic.profile.knock_in import WILD
from allostasis.report.figure_profile import NARROW, TITLES, effect_axis, row_axis
from allostasis.report.plot import Panel, Section, colour, frame, plain
from allostasis.report.profile_words import greek
from allostasis.report.view import Arm, shorten

PALE, WIDE, SLIM = 0.25, 0.7, 0.36  # structural: opacity of the wild type, widths of the bars
BAR, FOOT = 22, 40  # structural: heights [px] of a row and of the x axis


def knock_in_section(arms: Sequence[Arm], tables: Mapping[str, pd.DataFrame], facts: list[str]) -> Section:
    """Draw the effects in each mutant over those in the wild type: one panel a drug and mutant.

    Args:
        arms: names and colours of the drugs in `tables`.
        tables: from `knock_in_table`, by drug.
        facts: the content in words.
    """
    panels = []
    for arm in arms:
        table = tables[arm.name]
        wild = table.loc[WILD].to_numpy(float)
        for k, mouse in enumerate(name for name in table.index if name != WILD):
            kept = table.loc[mouse].to_numpy(float)
            bars = [
                _bars(arm, wild, "wild type", WIDE, colour(arm, PALE)),
                _bars(arm, kept, greek(str(mouse)), SLIM, colour(arm)),
            ]
            low = float(min(wild.min(), kept.min()))
            layout = frame(xaxis=effect_axis(low), yaxis=row_axis(), barmode="overlay", hovermode="closest", margin=NARROW)
            name = greek(str(mouse)) + (f", {plain(arm.name)}" if len(arms) > 1 else "")
            figure = {"data": bars, "layout": layout}
            panels.append(Panel(f"plot-mouse-{arm.index}-{k}", name, f"{arm.name} in {mouse}", figure, FOOT + BAR * len(AXES)))
    lead = "One histidine becomes arginine, and most drugs lose that subtype. Pale: wild type. Solid: what the mutant keeps."
    return Section("mice", "Virtual knock-in mice", lead, panels, facts, "The receptor reserve is that of rodents.")


def _bars(arm: Arm, values, name: str, width: float, shade: str) -> dict:
    return {
        "type": "bar", "orientation": "h", "name": name, "x": shorten(values), "y": [TITLES[a] for a in AXES],
        "width": width, "marker": {"color": shade}, "meta": {"arm": arm.index},
        "hovertemplate": "%{x:.2f}<extra>" + name + "</extra>",
    }  # fmt: skip
