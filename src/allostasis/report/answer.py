"""The answer in plain words at the top of the report, made from the numbers. It compares and explains; it never advises."""

from collections.abc import Sequence

from allostasis.report.facts import ArmFacts
from allostasis.report.view import View
from allostasis.report.words import HOURS, figure, listing, moment, percent, quoted, span, spread, thresholds, when

ALIKE = 1.05  # structural: peaks whose ratio is smaller are called alike
NO_EFFECT = "No drug of this run acts at the receptor in this version: only concentrations are simulated."
FLAT = 0.05  # structural: imbalance that is called no rise at all


def answer(view: View, facts: Sequence[ArmFacts]) -> tuple[str, list[str]]:
    """Say the main finding in one sentence or two, and what goes with it.

    Returns:
        (headline, further sentences).
    """
    if not view.acts:
        return NO_EFFECT, [_limits(view, len(facts))]
    headline, more = _acute(view, facts) if view.acute else _chronic(view, facts)
    return headline, [*more, _limits(view, len(facts))]


def _where(view: View, fact: ArmFacts) -> str:
    """Place a peak relative to the last dose."""
    after, last = fact.after_last_h, fact.arm.last_dose_h
    if last <= 0:
        return when(fact.peak_h, view.unit)
    if after >= 0:
        return f"{span(after, view.unit)} after the last dose ({moment(fact.peak_h, view.unit)})"
    return f"{when(fact.peak_h, view.unit)}, while doses were still being taken"


def _peak(fact: ArmFacts) -> str:
    return f"{spread(fact.values('peak_imbalance'), thresholds)} times the median seizure threshold"


def _chronic(view: View, facts: Sequence[ArmFacts]) -> tuple[str, list[str]]:
    ordered = sorted(facts, key=lambda f: f.peak)
    low, high = ordered[0], ordered[-1]
    if high.peak <= FLAT:
        return (
            f"Excitation never prevails: the imbalance stays at or below {thresholds(max(high.peak, 0))} in every arm.",
            [],
        )
    if len(facts) == 1:
        headline = f"{quoted(high.arm.name)} takes the imbalance to {_peak(high)}, {_where(view, high)}."
        return headline, _crossing(facts)
    if low.peak > 0 and high.peak / low.peak < ALIKE:
        headline = (
            f"The arms peak alike: at {thresholds(low.peak)} to {thresholds(high.peak)} times the median seizure"
            " threshold."
        )
        return headline, [*_crossing(facts), *_price(view, facts)]
    verb = "crosses" if high.peak >= 1 else "comes closest to"
    headline = (
        f"{quoted(high.arm.name)} {verb} the seizure threshold: the imbalance of excitation over inhibition peaks at"
        f" {_peak(high)}, {_where(view, high)}. {quoted(low.arm.name)} stays lowest, at {thresholds(low.peak)},"
        f" {_where(view, low)}."
    )
    more = []
    if len(ordered) > 2:
        between = [f"{quoted(f.arm.name)} at {thresholds(f.peak)}" for f in reversed(ordered[1:-1])]
        more.append(f"Between them: {listing(between)}.")
    if low.peak > FLAT:
        more.append(f"The highest peak is {figure(high.peak / low.peak, 2)} times the lowest.")
    more = [" ".join(more)] if more else []
    return headline, [*more, *_crossing(facts), *_price(view, facts)]


def _crossing(facts: Sequence[ArmFacts]) -> list[str]:
    crossed = [quoted(f.arm.name) for f in facts if f.peak >= 1]
    if not crossed:
        return ["No arm reaches the median seizure threshold."]
    share = "The arm crosses" if len(facts) == 1 else f"{len(crossed)} of {len(facts)} arms cross"
    if len(facts) > 1 and len(crossed) == 1:
        share = f"1 of {len(facts)} arms crosses"
    return [f"{share} the median seizure threshold" + (f": {listing(crossed)}." if len(facts) > 1 else ".")]


def _price(view: View, facts: Sequence[ArmFacts]) -> list[str]:
    """What the lower peak takes: time on the drug."""
    ends = sorted(facts, key=lambda f: f.arm.last_dose_h)
    first, last = ends[0], ends[-1]
    longer = last.arm.last_dose_h - first.arm.last_dose_h
    if longer < HOURS["day"]:
        return []
    text = (
        f"Dosing ends between day {first.arm.last_dose_h / HOURS['day']:.0f} ({quoted(first.arm.name)}) and day"
        f" {last.arm.last_dose_h / HOURS['day']:.0f} ({quoted(last.arm.name)})"
    )
    if last.arm.last_dose_h >= view.horizon - HOURS["day"]:
        text += ", where the simulation ends: what follows its last dose is not shown"
    return [text + "."]


def _acute(view: View, facts: Sequence[ArmFacts]) -> tuple[str, list[str]]:
    returned = [f for f in facts if f.rebound is not None]
    told = []
    for fact in facts:
        if fact.sedation is None or fact.sedation_h is None or fact.sedation <= 0:
            continue
        text = f"{quoted(fact.arm.name)}: sedation is deepest {when(fact.sedation_h, view.unit)}"
        text += f" ({percent(fact.sedation)} more inhibition than without a drug)"
        if (back := fact.rebound) is not None:
            text += (
                f", is down to {percent(back.low)} of that {when(back.low_h, view.unit)} and back at {percent(back.back)}"
                f" {when(back.back_h, view.unit)}"
            )
        told.append(text + ".")
    high = max(facts, key=lambda f: f.peak)
    if high.peak > FLAT:
        told.append(f"The imbalance rises highest in {quoted(high.arm.name)}: to {_peak(high)}, {_where(view, high)}.")
    else:
        told.append("The imbalance never rises above the naive level: in these hours the drug prevails.")
    if returned:
        who = (
            "Sedation comes back" if len(facts) == 1 else f"Sedation comes back in {len(returned)} of {len(facts)} arms"
        )
        first = max(returned, key=lambda f: f.rebound.back - f.rebound.low if f.rebound else 0)
        back = first.rebound
        assert back is not None
        hours = span(back.back_h - back.low_h, view.unit)
        lead = f"{who}. Most of all in {quoted(first.arm.name)}: from {percent(back.low)} to {percent(back.back)} of its deepest"
        return f"{lead} within {hours}.", told
    deepest = max(facts, key=lambda f: f.sedation or 0)
    return f"Sedation is deepest in {quoted(deepest.arm.name)} and does not come back once it has faded.", told


def _limits(view: View, arms: int) -> str:
    weight = view.result.case.weight_kg
    who = (
        f"One modelled adult of {weight:g} kg with the central value of every parameter: people differ from it in"
        " both directions."
        if view.patients == 1
        else f"{view.patients} modelled adults: the median, with the range over them in brackets."
    )
    worth = (
        "The order of the arms is worth more than the height of any peak."
        if arms > 1
        else "The time course is worth more than its height."
    )
    return f"{who} {worth} This compares regimens in a model; it is not advice for a person."
