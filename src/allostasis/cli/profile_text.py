"""Profiles in the terminal: effects as bars and numbers, subtypes, mutants, the answer to a target."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from allostasis.cli.console import OUT, show_table

if TYPE_CHECKING:
    import pandas as pd

    from allostasis.clinic.profile import SubtypeProfile
    from allostasis.report.profile_page import ProfileSet

BAR = 20
"""Cells of a bar from 0 to 1."""
WITH_BANDS = 2
"""So many drugs have room for their bands in 80 columns."""


def print_profiles(shown: "ProfileSet") -> None:
    """Print the answer first, then the tables."""
    from allostasis.report.profile_words import design_words, exposure_words, lost_words, told

    profiles = shown.profiles
    for profile in profiles:
        _say(told(profile), style="bold")
    _say(exposure_words(profiles[0]) + (f" ({profiles[0].drug})" if len(profiles) > 1 else ""), style="dim")
    _effects(profiles[0]) if len(profiles) == 1 else _several(profiles)
    for profile in profiles:
        _subtypes(profile)
    for drug, table in shown.mice.items():
        _mice(drug, table)
        _say(f"{lost_words(drug, table)} Same concentration, receptor reserve of rodents.")
    if shown.design is not None:
        for sentence in design_words(shown.design, shown.near):
            _say(sentence)
    _say("Shares of the subtypes are assumed after knock-in mice, the reserve is calibrated on six reports (docs: profile).",
         style="dim")  # fmt: skip


def _say(text: str, style: str = "") -> None:
    OUT.print(Text(text, style=style), highlight=False)


def _shade(effect: float) -> str:
    from allostasis.clinic.profile.axes import criterion

    if math.isnan(effect) or abs(effect) <= criterion("absent"):
        return "dim"
    if effect < 0:
        return "blue"
    return "bold" if effect >= criterion("seen") else ""


def _bar(effect: float) -> Text:
    if math.isnan(effect):
        return Text("?", style="dim")
    cells = "\N{FULL BLOCK}" * round(abs(effect) * BAR) or "\N{LEFT ONE EIGHTH BLOCK}"
    return Text(cells, style="blue" if effect < 0 else "green")


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for heading, side in columns:
        table.add_column(heading, justify="right" if side == "right" else "left", no_wrap=True)
    return table


def _effects(profile: "SubtypeProfile") -> None:
    """One drug: a bar, the number, the band, and the subtype that carries most."""
    from allostasis.clinic.profile import AXES
    from allostasis.clinic.profile.axes import readable
    from allostasis.receptor import SUBTYPES
    from allostasis.report.profile_words import number
    from allostasis.report.words import SUBTYPE_NAMES

    table = _table(("Axis", ""), ("0 to 1", ""), ("Effect", "right"), ("90 % band", "right"), ("Mostly", ""))
    for axis, (effect, low, high, *parts) in zip(
        AXES, profile.axes[["effect", "low", "high", *SUBTYPES]].to_numpy(), strict=True
    ):
        known = {a: abs(part) for a, part in zip(SUBTYPES, parts, strict=True) if not math.isnan(part)}
        most = max(known, key=lambda a: known[a])
        by = SUBTYPE_NAMES[most] if not math.isnan(effect) and known[most] > 0 else ""
        cells = (readable(axis), _bar(effect), Text(number(effect), style=_shade(effect)), f"{number(low)} to {number(high)}", by)
        table.add_row(*cells)
    OUT.print(table)


def _several(profiles: Sequence["SubtypeProfile"]) -> None:
    """Several drugs: one column each; two have room for their bands."""
    from allostasis.clinic.profile import AXES
    from allostasis.clinic.profile.axes import readable
    from allostasis.report.profile_words import number

    table = _table(("Axis", ""), *((p.drug, "right") for p in profiles))
    for axis in AXES:
        cells = []
        for profile in profiles:
            effect, (low, high) = profile.effect(axis), profile.band(axis)
            band = f" ({number(low)} to {number(high)})" if len(profiles) <= WITH_BANDS else ""
            cells.append(Text(number(effect), style=_shade(effect)) + Text(band, style="dim"))
        table.add_row(readable(axis), *cells)
    OUT.print(table)


def _subtypes(profile: "SubtypeProfile") -> None:
    from allostasis.receptor import SUBTYPES
    from allostasis.report.profile_words import signed
    from allostasis.report.words import SUBTYPE_NAMES, figure, percent

    rows = []
    for alpha, (k, held, efficacy, _, gain) in zip(SUBTYPES, profile.subtypes.to_numpy(), strict=True):
        known = not math.isnan(k)
        rows.append([SUBTYPE_NAMES[alpha], *(
            [figure(k), percent(held), f"{efficacy:.2f}".replace("-", "\N{MINUS SIGN}"), f"{signed(100 * gain)} %"]
            if known else ["unknown"] * 4)])  # fmt: skip
    heading = f"{profile.drug}, {figure(profile.concentration)} nM"
    show_table([heading, "K [nM]", "occupied", "efficacy", "inhibition"], rows)


def _mice(drug: str, table: "pd.DataFrame") -> None:
    from allostasis.clinic.profile import AXES
    from allostasis.clinic.profile.axes import criterion, readable
    from allostasis.clinic.profile.knock_in import WILD, share_kept
    from allostasis.report.profile_words import greek, number

    kept, mice = share_kept(table).to_numpy(), [str(name) for name in table.index if name != WILD]
    shown = _table((f"{drug} in", ""), (WILD, "right"), *((greek(m), "right") for m in mice))
    for column, axis in enumerate(AXES):
        wild, *effects = table[axis].to_numpy()
        cells = [
            Text(number(e), style="bold red" if share < criterion("lost") else "")
            for e, share in zip(effects, kept[:, column], strict=True)
        ]  # fmt: skip
        shown.add_row(readable(axis), number(wild), *cells)
    OUT.print(shown)
