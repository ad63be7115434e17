"""What an explanation says in words and numbers."""

from collections.abc import Mapping

from allostasis.clinic.attribution import Attribution, GroupShare, MechanismShare
from allostasis.clinic.explain import ArmExplanation, Explanation
from allostasis.clinic.explain_mechanisms import NOT_HERE
from allostasis.report.profile_words import noun
from allostasis.report.words import HOURS, listing, quoted, when

MINUS = "\N{MINUS SIGN}"
VISIBLE = 5e-4  # structural: share of the naive effect below which a bar is none
SMALL = 0.01  # structural: share of the naive effect below which nothing worth a share is lost
CAUTION = (
    "A way of counting inside one model, not a measurement: most sizes of the mechanisms are assumed, so trust the order of large"
    " bars only."
)
GROUP_WORDS = {
    "target": "the GABA-A receptor and what binds beside the drug",
    "network": "synapses and drives around it",
    "metabolism": "the level in plasma: genes, body, other drugs",
    "efflux": "P-glycoprotein at the blood-brain barrier",
}


def percents(value: float | int) -> str:
    """Write a share with a sign, as few decimals as it needs.

    >>> percents(-0.4267), percents(0.031), percents(-0.00001), percents(0.0)
    ('\N{MINUS SIGN}43 %', '+3.1 %', '0 %', '0 %')
    """
    number = f"{100 * value:+.0f}" if abs(value) >= 0.0995 else f"{100 * value:+.1f}"
    return "0 %" if float(number) == 0 else f"{number} %".replace("-", MINUS).replace(".0 ", " ")


def level(value: float | int) -> str:
    """Write a share without a plus.

    >>> level(0.546), level(-0.02)
    ('55 %', '\N{MINUS SIGN}2 %')
    """
    return percents(value).removeprefix("+")


def amount(value: float | int) -> str:
    """Write an effect, four decimals, signed.

    >>> amount(0.07994), amount(-0.00001), amount(-0.012)
    ('+0.0799', '0', '\N{MINUS SIGN}0.0120')
    """
    text = f"{value:+.4f}".replace("-", MINUS)
    return "0" if float(text[1:]) == 0 else text


def time_words(end_h: float | int) -> str:
    """Say when.

    >>> time_words(72.0), time_words(6)
    ('on day 3', 'at 6 h')
    """
    return when(end_h, "day" if end_h >= HOURS["day"] else "hour")


def has_lost(found: Attribution) -> bool:
    """Whether enough is lost for shares of it."""
    return abs(found.lost) >= SMALL * abs(found.naive)


def told(arm: ArmExplanation, found: Explanation, *, named: bool) -> str:
    """Say how much is lost and who took it; `named` where there are several arms."""
    part, who = arm.attribution, f"{quoted(arm.name)}: " if named else ""
    left = level(part.full / part.naive)
    begin = f"{who}{time_words(found.end_h)} the {noun(found.effect)} is {left} of what the same doses would do in a"
    begin += " reference person"
    begin = begin if named else begin[0].upper() + begin[1:]
    if not has_lost(part):
        return f"{begin} who never took any. Nothing is lost."
    if part.lost < 0:
        added = listing([f"{g.name} ({percents(-g.lost / part.naive)})" for g in part.groups if g.lost < 0])
        return f"{begin} who never took any. Nothing is lost: {added} adds effect."
    takers = sorted((g for g in part.groups if g.lost > 0), key=lambda g: -g.lost)
    givers = [g for g in part.groups if part.share(g.lost) < -SMALL]
    text = f"{begin} who never took any. Of the loss, " + listing([f"{level(part.share(g.lost))} is {g.name}" for g in takers])
    if givers:
        text += "; " + listing([f"{g.name} gives back {level(-part.share(g.lost))}" for g in givers])
    return text + "."


def largest(arm: ArmExplanation) -> str:
    """Name the mechanism whose nulling alone would give most back, and what no single one gives back."""
    naive = arm.attribution.naive
    single = {m: share.alone for g in arm.attribution.groups for m, share in g.mechanisms.items()}
    if not single or max(single.values()) < SMALL * abs(naive):
        return f"{quoted(arm.name)}: nulling any single mechanism gives back less than 1 % of the naive effect."
    best = max(single, key=lambda m: single[m])
    text = f"{quoted(arm.name)}: nulling {best} alone would give back most, {level(single[best] / naive)} of the naive effect"
    rest = arm.attribution.lost - sum(single.values())
    return f"{text}; {level(rest / naive)} comes back only when several are nulled together."


def group_facts(arm: ArmExplanation, *, named: bool) -> list[str]:
    """One sentence per group: its bar, and what its nulling alone would give back."""
    who = f"{quoted(arm.name)}, " if named else ""
    return [f"{who}{_group_words(g, arm.attribution.naive)}." for g in arm.attribution.groups]


def _group_words(group: GroupShare, naive: float) -> str:
    if not group.mechanisms:
        return f"{group.name}: no mechanism of it in this case, exactly 0"
    bar, alone = level(group.lost / naive), level(group.alone / naive)
    return f"{group.name}: {bar} of the naive effect; nulling the whole group alone gives back {alone}"


def mechanism_facts(found: Explanation) -> list[str]:
    """One sentence per mechanism: its part and what nulling it alone gives back, by arm; and one for all that do nothing."""
    facts, nothing = [], []
    for m in found.mechanisms:
        shares = [_share(arm, m.name) for arm in found.arms]
        if any(abs(value) >= VISIBLE for share in shares for value in share):
            said = listing([f"{level(part)}, alone {level(alone)}" for part, alone in shares])
            facts.append(f"{m.name} ({m.meaning}): {said}.")
        else:
            nothing.append(m.name)
    if nothing:
        facts.append(f"Below 0.05 %: {listing(nothing)}.")
    return facts


def _share(arm: ArmExplanation, mechanism: str) -> MechanismShare:
    """Shares of a mechanism over the naive effect."""
    held = next(g.mechanisms for g in arm.attribution.groups if mechanism in g.mechanisms)[mechanism]
    return MechanismShare(*(value / arm.attribution.naive for value in held))


def limits(absent: Mapping[str, tuple[str, ...]] = NOT_HERE) -> list[str]:
    """What the page cannot tell."""
    held = [f"{group}: {listing(names)}" for group, names in absent.items() if names]
    return [
        "Shapley values share an interaction out evenly between the groups that make it. That is a rule of fairness, not a law of"
        " the brain; leave-one-out values answer what one treatment of one mechanism would give back, and do not add up.",
        f"Held constant on this clock, so without a bar: {'; '.join(held)}. That is no claim that they are nothing.",
        "The naive effect is that of the same doses in a reference person of the same weight who never took any, at that person's"
        " own concentrations.",
        "Effects are fractional gains of inhibition in a circuit. Seizure control is lost faster, for it hangs on the balance.",
    ]
