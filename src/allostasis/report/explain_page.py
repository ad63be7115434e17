"""The page of an explanation: how much of an effect is lost, and who took it."""

from collections.abc import Mapping

from allostasis.clinic.explain import ArmExplanation, Explanation
from allostasis.report.explain_words import (
    CAUTION,
    GROUP_WORDS,
    amount,
    group_facts,
    has_lost,
    largest,
    level,
    limits,
    mechanism_facts,
    time_words,
    told,
)
from allostasis.report.figure_waterfall import has_bars, mechanism_section, waterfall_section
from allostasis.report.page import Cell, Page, Row, Table
from allostasis.report.profile_words import noun
from allostasis.report.words import listing

NOTE = (
    "Effects are fractional gains of inhibition, mean over the day up to then. Shapley values are the bars of Figure 1 and add up"
    " to the loss; values of leaving one group out do not. Mechanism by mechanism: Figure 2 and attribution.csv."
)


def explain_page(found: Explanation, made: Mapping[str, str]) -> Page:
    """Build the page."""
    several = len(found.arms) > 1
    heads = [told(arm, found, named=several) for arm in found.arms]
    drugs = listing(sorted({drug for arm in found.arms for drug in arm.drugs}))
    question = (
        f"The {noun(found.effect)} {time_words(found.end_h)}, against that of the same doses in a reference person who never"
        " took any. Mechanisms are nulled one by one and in groups; every counterfactual is simulated."
    )
    details = [*heads[1:], *(largest(arm) for arm in found.arms)]
    if found.left_out:
        details.append(f"Without a benzodiazepine, so not explained: {listing(list(found.left_out))}.")
    facts = [fact for arm in found.arms for fact in group_facts(arm, named=several)]
    sections = [waterfall_section(found.arms, facts)]
    if any(has_bars(arm) for arm in found.arms):
        sections.append(mechanism_section(found.arms, mechanism_facts(found)))
    return Page(
        title=f"Why {drugs} does less: {found.case.title}", kind="a lost effect, explained", question=question, headline=heads[0],
        details=details, table=_table(found, several), sections=sections, limits=limits(), caution=CAUTION, made=made,
        numbers="attribution.csv and coalitions.csv",
    )  # fmt: skip


def _table(found: Explanation, several: bool) -> Table:
    columns = [
        ("Group", ""), ("Shapley value", "effect"), ("Of the loss", ""), ("Of the naive effect", ""),
        ("Left out alone", "effect that comes back"),
    ]  # fmt: skip
    rows = [row for arm in found.arms for row in _rows(arm, several)]
    return Table("Who took it", columns, rows, NOTE)


def _rows(arm: ArmExplanation, several: bool) -> list[Row]:
    part, head = arm.attribution, f"{arm.name}, " if several else ""
    lost = ("100 %", "") if has_lost(part) else ("none", "")
    begin = [(amount(part.lost), ""), lost, (level(part.lost / part.naive), ""), (amount(part.lost), "all four")]
    rows = [Row(f"{head}lost", begin, remark=f"from {part.naive:.4f} to {part.full:.4f}")]
    for group in part.groups:
        of_lost: Cell = (level(part.share(group.lost)), "") if has_lost(part) else ("none", "")
        cells = [(amount(group.lost), ""), of_lost, (level(group.lost / part.naive), ""), (amount(group.alone), "")]
        rows.append(Row(f"{head}{group.name}", cells, remark=GROUP_WORDS[group.name]))
    return rows
