"""What the explanation of an acute case says in words and numbers."""

import math
from collections.abc import Mapping

import numpy as np

from allostasis.clinic.attribution import Attribution
from allostasis.report.explain_words import MINUS
from allostasis.report.words import listing
from allostasis.study.se_changed import NOT_SIMULATED
from allostasis.study.se_explain import AcuteExplanation

CAUTION = (
    "A difference between models, never advice: what a seizure changes is assumed in size for the most part, so trust the order"
    " of large bars only."
)
NONE = "not simulated in an acute run"
COLUMNS = ("measure", "group", "mechanism", "kind", "value", "low", "high")
"""Of attribution.csv; kind is naive, full, lost, shapley, part, interaction, leave_one_out or not_simulated."""
SEEN = (
    "acting", "stopped", "stopped_untreated", "imbalance_at_dose", "imbalance_with_drug", "imbalance_untreated", "ended_before",
)  # fmt: skip
"""Of coalitions.csv; imbalances are medians."""
SMALL = 0.005  # structural: half a percent of the individuals


def points(value: float) -> str:
    """A difference of shares in percent of the individuals, signed.

    >>> points(-0.21), points(0.0)
    ('\N{MINUS SIGN}21 %', '0 %')
    """
    text = f"{100 * value:+.0f}"
    return "0 %" if float(text) == 0 else f"{text} %".replace("-", MINUS)


def whole(value: float) -> str:
    """A share in percent."""
    return points(value).removeprefix("+")


def log_units(value: float) -> str:
    """A log imbalance, signed, two decimals.

    >>> log_units(-0.545), log_units(0.001)
    ('\N{MINUS SIGN}0.55', '0')
    """
    text = f"{value:+.2f}"
    return "0" if float(text) == 0 else text.replace("-", MINUS)


def told(found: AcuteExplanation) -> str:
    """Say how much is lost and who took it."""
    part, delay = found.shares["stopped"], found.question.delay_min
    kind = "patients" if found.question.preparation == "human" else "rats"
    given = found.protocol.text()
    begin = (
        f"{given[0].upper()}{given[1:]}, {delay} min after onset: by {found.at_min} min the seizure is over in {whole(part.full)}"
        f" of {found.patients} virtual {kind}, and in {whole(part.naive)} of the same where the seizure had changed nothing in"
        " the circuit."
    )
    if abs(part.lost) < SMALL:
        return f"{begin} Nothing is lost."
    low, high = found.intervals["stopped"]["lost"]
    shared = listing([f"{whole(g.lost)} is {g.name}" for g in part.groups if g.mechanisms])
    return f"{begin} Of the {whole(part.lost)} lost (95 % interval over individuals {whole(low)} to {whole(high)}), {shared}."


def details(found: AcuteExplanation) -> list[str]:
    """What one has to know beside the bars."""
    full, naive, (fall_naive, fall_full) = found.full, found.naive, found.fall
    rise = found.shares["imbalance at dose"]
    said = [
        f"Without any drug the seizure ends by itself in {whole(full.untreated.mean())} of them by then, and in"
        f" {whole(naive.untreated.mean())} where nothing was changed. So a part of the loss is that a changed circuit no longer"
        " ends a seizure by itself, and not that the drug does less.",
        f"Log imbalance H, median: the seizure has raised it by {log_units(-rise.lost)} at the first treatment."
        f" {found.at_min} min later it is {log_units(found.shares['imbalance with drug'].full)} with the drug, and"
        f" {log_units(found.shares['imbalance with drug'].naive)} where nothing was changed.",
    ]
    if not math.isnan(fall_full):
        said.append(
            f"In those whom it does not free, the drug lowers H by {fall_full:.2f}, and by {fall_naive:.2f} where nothing was"
            " changed: the difference is what the drug itself has lost."
        )
    early = found.at_once
    gain = float(early.stopped.mean() - full.stopped.mean())
    than = "as many" if abs(gain) < SMALL else "more" if gain > 0 else "fewer"
    outweighed = gain < -SMALL and np.median(early.treated_h) < np.median(full.treated_h)
    said.append(
        f"The same dose in the same individuals 5 min after onset stops {than}: {whole(early.stopped.mean())} after"
        f" {found.at_min} min ({whole(early.untreated.mean())} without any drug)."
        + (" What ends seizures had less time to build up then, which here outweighs what the seizure has changed since."
           if outweighed else "")
    )  # fmt: skip
    said.append(f"{' and '.join(g.capitalize() for g in NOT_SIMULATED)}: {NONE}, which is no claim that it is nothing.")
    return said


def limits(found: AcuteExplanation) -> list[str]:
    """What the page cannot tell."""
    return [
        f"Compared are those whose seizure goes on by itself until the first treatment when everything acts: {found.patients} of"
        f" {found.individuals} simulated. In every counterfactual the first cause lasts until then, so that the same individuals"
        " have a seizure at the same instant. With a first cause of five minutes and everything acting the share is"
        f" {whole(found.own)}.",
        "What ends seizures (adenosine, acidosis, exhaustion) acts in every counterfactual. It has no bar: it takes no effect"
        " away.",
        "Shares of individuals saturate: where nearly all or none are stopped, a bar is short although the balance moves. H does"
        " not saturate, but once a seizure is over what it had changed recovers, and H with it.",
        "Shapley values share an interaction out evenly between the groups that make it: a rule of fairness, not a law of the"
        " brain.",
        "Intervals count virtual individuals. They do not tell how wrong the model may be.",
        "Chloride counts as target here, because it is what an open receptor passes; it has a row of its own among the"
        " mechanisms.",
    ]


def records(found: AcuteExplanation) -> list[tuple]:
    """Rows of attribution.csv; see `COLUMNS`. A measure of H is lost below 0: it rises."""
    rows: list[tuple] = []
    for measure, part in found.shares.items():
        rows += _records(measure, part, found.intervals[measure])
    return rows


def _records(measure: str, part: Attribution, interval: Mapping[str, tuple[float, float]]) -> list[tuple]:
    rows: list[tuple] = [
        (measure, "", "", "naive", part.naive, "", ""), (measure, "", "", "full", part.full, "", ""),
        (measure, "", "", "lost", part.lost, *interval["lost"]),
    ]  # fmt: skip
    for group in part.groups:
        if group.name in NOT_SIMULATED:
            rows.append((measure, group.name, "", "not_simulated", "", "", ""))
            continue
        rows.append((measure, group.name, "", "shapley", group.lost, *interval[group.name]))
        rows.append((measure, group.name, "", "leave_one_out", group.alone, "", ""))
        for name, share in group.mechanisms.items():
            rows.append((measure, group.name, name, "part", share.part, *interval[name]))
            rows.append((measure, group.name, name, "leave_one_out", share.alone, "", ""))
        rows.append((measure, group.name, "", "interaction", group.interaction, "", ""))
    return rows


def seen(found: AcuteExplanation) -> list[tuple]:
    """Rows of coalitions.csv; see `SEEN`."""
    return [
        ("; ".join(sorted(acting)), c.stopped.mean(), c.untreated.mean(), np.median(c.at_dose), np.median(c.treated_h),
         np.median(c.untreated_h), c.ended_before)
        for acting, c in found.table.items()
    ]  # fmt: skip
