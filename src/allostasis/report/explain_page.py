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
    time_words,
    told,
)
from allostasis.report.figure_waterfall import mechanism_section, waterfall_section
from allostasis.report.page import Cell, Page, Row, Table
from allostasis.report.profile_words import noun
from allostasis.report.words import listing

NOTE = (
    "Effects are fractional gains of inhibition, mean over the day up to then. Shapley: the bars of Figure 1, which add up to the loss."
    " Leave-one-out: what comes back when this alone is nulled; with the interaction it adds up to the bar of the group."
)


def explain_page(found: Explanation, made: Mapping[str, str]) -> Page:
    """Build the page."""
    several = len(found.arms) > 1
    heads = [told(arm, found, named=several) for arm in found.arms]
    drugs = listing(sorted({drug for arm in found.arms for drug in arm.drugs}))
    question = (
        f"The {noun(found.effect)} {time_words(found)}, against that of the same doses in a reference person who never took any."
        " Mechanisms are nulled one by one and in groups; every counterfactual is simulated."
    )
    details = [*heads[1:], *(largest(arm) for arm in found.arms)]
    if found.left_out:
        details.append(f"Without a benzodiazepine, so not explained: {listing(list(found.left_out))}.")
    facts = [fact for arm in found.arms for fact in group_facts(arm, named=several)]
    sections = [waterfall_section(found.arms, facts)]
    if any(g.mechanisms for arm in found.arms for g in arm.attribution.groups):
        sections.append(mechanism_section(found.arms, [f"{m.name}: {m.meaning}." for m in found.mechanisms]))
    return Page(
        title=f"Why {drugs} does less: {found.case.title}", kind="a lost effect, explained", question=question, headline=heads[0],
        details=details, table=_table(found, several), sections=sections, limits=limits(), caution=CAUTION, made=made,
        numbers="attribution.csv and coalitions.csv",
    )  # fmt: skip


def _table(found: Explanation, several: bool) -> Table:
    columns = [
        ("Group and mechanism", ""), ("Shapley", "effect"), ("Of the loss", ""), ("Leave-one-out", "effect"),
        ("Of the naive effect", ""),
    ]  # fmt: skip
    rows = [row for arm in found.arms for row in _rows(arm, several)]
    return Table("Who took it", columns, rows, NOTE)


def _rows(arm: ArmExplanation, several: bool) -> list[Row]:
    part, meaning = arm.attribution, GROUP_WORDS
    head = f"{arm.name}, " if several else ""
    lost = ("100 %", "") if has_lost(part) else ("", "")
    rows = [
        Row(f"{head}lost", [(amount(part.lost), ""), lost, ("", ""), (level(part.lost / part.naive), "")],
            remark=f"from {part.naive:.4f} to {part.full:.4f}")
    ]  # fmt: skip
    for group in part.groups:
        of_lost: Cell = (level(part.share(group.lost)), "") if has_lost(part) else ("", "")
        cells = [(amount(group.lost), ""), of_lost, (amount(group.alone), ""), (level(group.lost / part.naive), "")]
        rows.append(Row(f"{head}{group.name}", cells, remark=meaning[group.name]))
        for name, back in group.mechanisms.items():
            rows.append(Row(f"\N{EN DASH} {name}", [("", ""), ("", ""), (amount(back), ""), (level(back / part.naive), "")]))
        if group.mechanisms:
            together = (amount(group.interaction), "")
            rows.append(Row("\N{EN DASH} interaction", [("", ""), ("", ""), together, (level(group.interaction / part.naive), "")]))
    return rows
