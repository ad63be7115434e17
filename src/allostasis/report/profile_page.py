"""The page of subtype profiles: what the drugs do on nine axes, why, in which mice they would not, and what was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from allostasis.clinic.profile import AXES, Design, SubtypeProfile, effect_curve
from allostasis.clinic.profile.axes import criterion, readable
from allostasis.report.figure_knock_in import knock_in_section
from allostasis.report.figure_profile import OCCUPANCIES, effect_section, part_section, reserve_section
from allostasis.report.page import Page, Row, Table, lines
from allostasis.report.plot import Section
from allostasis.report.profile_words import (
    carried_words,
    design_words,
    exposure_words,
    half_words,
    lost_words,
    number,
    told,
)
from allostasis.report.view import Arm
from allostasis.report.words import figure, listing

DESIGN = "wanted"
SAME = 1e-6
"""Occupancies that differ by less are one."""


@dataclass(frozen=True)
class ProfileSet:
    """What a page shows.

    Attributes:
        profiles: the drugs, the first is the one asked about.
        mice: knock-in tables by drug, or empty.
        design: the answer to a target, or None.
        near: existing ligands nearest to it.
        made: how it was made.
    """

    profiles: Sequence[SubtypeProfile]
    mice: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    design: Design | None = None
    near: pd.DataFrame | None = None
    made: Mapping[str, str] = field(default_factory=dict)


def profile_page(shown: ProfileSet) -> Page:
    """Build the page."""
    profiles, wanted = shown.profiles, shown.design
    drugs = [p.drug for p in profiles]
    arms = lines(drugs + ([DESIGN] if wanted else []))
    rows = [p.axes for p in profiles] + ([_as_rows(wanted)] if wanted else [])
    with_drugs = arms[: len(drugs)]
    sections = [
        effect_section(arms, rows, [told(p) for p in profiles], BAND_NOTE),
        part_section(with_drugs, profiles, [carried_words(p) for p in profiles]),
        _reserve(with_drugs, profiles),
    ]
    if shown.mice:
        facts = [lost_words(drug, table) for drug, table in shown.mice.items()]
        sections.append(knock_in_section([a for a in with_drugs if a.name in shown.mice], shown.mice, facts))
    return Page(
        title=f"{listing(drugs)}: effect by receptor subtype", kind="a profile of receptor subtypes", headline=told(profiles[0]),
        question=exposure_words(profiles[0]), caution=CAUTION, limits=LIMITS, made=shown.made, numbers="profile.csv",
        details=[told(p) for p in profiles[1:]] + (design_words(wanted, shown.near) if wanted else []),
        table=_table(arms, rows, profiles), sections=sections, arms=arms,
    )  # fmt: skip


def _as_rows(found: Design) -> pd.DataFrame:
    effect = found.effects.to_numpy()
    return pd.DataFrame({"effect": effect, "low": effect, "high": effect}, index=list(AXES))


def _table(arms: Sequence[Arm], rows: Sequence[pd.DataFrame], profiles: Sequence[SubtypeProfile]) -> Table:
    cells = [
        [(number(effect), f"{number(low)} to {number(high)}" if k < len(profiles) else "") for effect, low, high in
         frame[["effect", "low", "high"]].to_numpy()]
        for k, frame in enumerate(rows)
    ]  # fmt: skip
    written = [Row(readable(axis).capitalize(), row) for axis, row in zip(AXES, zip(*cells, strict=True), strict=True)]
    remarks = [f"{figure(p.concentration)} nM" for p in profiles] + ["a design, no drug"]
    columns = [("Axis", ""), *((arm.name, remark) for arm, remark in zip(arms, remarks, strict=False))]
    note = f"Effect from -1 to 1 with its 90 % band; present from {criterion('seen'):g}, absent up to {criterion('absent'):g}."
    return Table("The numbers", columns, written, f"{note} {BAND_NOTE}")


def _reserve(arms: Sequence[Arm], profiles: Sequence[SubtypeProfile]) -> Section:
    first = profiles[0].occupancy
    curves = [effect_curve(p.drug, OCCUPANCIES, species=p.species) for p in profiles]
    facts = [half_words(p.drug, curve) for p, curve in zip(profiles, curves, strict=True)]
    one = all(abs(p.occupancy - first) < SAME for p in profiles)
    return reserve_section(arms, curves, first if one else None, facts)


BAND_NOTE = (
    "The band holds the uncertainty of affinities and efficacies and nothing else: not the shares of the subtypes, not the"
    " reserve."
)
CAUTION = (
    "The shares of the subtypes are assumed after knock-in mice and the reserve is calibrated on six reports: trust the order"
    " of the axes and of the drugs, not the height."
)
LIMITS = (
    "One dose in a brain that has not adapted: no tolerance, no withdrawal, no time.",
    "One report (lorazepam, below 3 % occupancy) sets how few receptors sedation needs in man, and another (alprazolam, 16 %)"
    " contradicts it: with the second the reserve of man is 3.5 times smaller.",
    "With so large a reserve a trace of efficacy at \N{GREEK SMALL LETTER ALPHA}1 sedates: whether a selective drug does hangs"
    " on less efficacy than assays resolve. Its wide band says so.",
    "Roles of subtypes come from mice with one mutated subtype, and they add up here; circuits that interact are not modelled.",
    "Abuse liability is reinforcement by receptors alone. It says nothing about a person.",
)
