"""The way back to one drug: when a drug that was added has not helped, which goes first, and how a benzodiazepine goes.

    withdraw   months >= after  and  1 - rate now / rate before < benefit

Order: a drug whose pairs meet fewest of the four criteria first; at a tie the one added last. A benzodiazepine never goes at
once: its withdrawal is a taper (`taper_question`, command ``allostasis taper``). When an enzyme inducer or inhibitor goes, levels
of what stays move back by the inverse of the ratio that its coming had made.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from allostasis import library
from allostasis.clinic.combination.assess import Assessment
from allostasis.clinic.taper import formulary
from allostasis.clinic.taper.history import usual_times
from allostasis.clinic.taper.question import Question
from allostasis.exposure.first_pass import is_oral
from allostasis.quantity import InputError
from allostasis.regimen.check import parse_regimen

TOLD = 0.1  # structural: a smaller change of a level is not told
WITHDRAW, KEEP, WAIT = "withdraw", "keep", "go on and see"
TAPERED = ("benzodiazepine", "z-drug")


@dataclass(frozen=True)
class WayBack:
    """What the rule says of drugs that were added.

    Attributes:
        answer: "withdraw", "keep" or "go on and see".
        reason: why.
        order: drugs in the order in which they go, () where none does.
        steps: how each goes, in words.
    """

    answer: str
    reason: str
    order: tuple[str, ...]
    steps: tuple[str, ...]


def way_back(found: Assessment, added: Sequence[str], *, rate_before: float, rate_now: float, days: float) -> WayBack:
    """Apply the rule.

    Args:
        found: the combination.
        added: drugs that were added, in that order; at least one drug was there before.
        rate_before: seizures per month before the first was added.
        rate_now: seizures per month now.
        days: since it was added.

    Raises:
        InputError: no rate before, a negative number, or drugs that are not of the combination.
    """
    names, later = [g.drug for g in found.drugs], [library.canonical(d, "drug") for d in added]
    if not later or not set(later) < set(names):
        raise InputError("drugs that were added", value=", ".join(added), expected="some, but not all, of: " + ", ".join(names))
    if rate_before <= 0 or rate_now < 0 or days < 0:
        raise InputError(
            "rates of seizures", value=f"{rate_before:g} before, {rate_now:g} now", expected="above 0 before, 0 or more now"
        )
    rows = library.parameter_set("combination")
    benefit, least, after = 1 - rate_now / rate_before, rows["back.benefit"].value, rows["back.after"].to("d")
    told = f"seizures {'fell' if benefit >= 0 else 'rose'} by {abs(benefit):.0%} in {days:g} days"
    if benefit >= least:
        return WayBack(KEEP, f"{told}, at least {least:.0%}", (), ())
    if days < after:
        return WayBack(WAIT, f"{told}, less than {least:.0%}, but the trial lasts {after:g} days", (), ())
    order = sorted(later, key=lambda drug: (_met(found, drug), -later.index(drug)))
    return WayBack(WITHDRAW, f"{told}, less than {least:.0%}", tuple(order), tuple(_step(found, drug) for drug in order))


def _met(found: Assessment, drug: str) -> int:
    return sum(pair.met for pair in found.pairs if drug in (pair.first.drug, pair.second.drug))


def _step(found: Assessment, drug: str) -> str:
    changed = [
        f"{name} x {1 / ratio:.2f}" for pair in found.pairs if drug in (pair.first.drug, pair.second.drug)
        for name, ratio in pair.ratios.items() if name != drug and abs(ratio - 1) > TOLD and library.drug(name).active
        and name not in library.drug(drug).metabolites
    ]  # fmt: skip
    how = "by a taper (allostasis taper), never at once" if library.drug(drug).family in TAPERED else "in steps"
    return f"{drug} goes {how}" + (f"; levels of what stays then move: {', '.join(changed)}" if changed else "")


def taper_question(regimen: str, use_days: int) -> Question:
    """The question that the taper planner answers for a benzodiazepine of a combination.

    Args:
        regimen: its lasting dose, such as "clobazam 10 mg po bid for 7 d".
        use_days: how long it was taken.

    Raises:
        InputError: not a benzodiazepine by mouth with equal doses.

    >>> float(taper_question("diazepam 5 mg po bid for 7 d", 180).mg_per_day)
    10.0
    """
    doses = parse_regimen(regimen).doses(24.0)  # structural: the first day
    drugs = {d.drug for d in doses}
    drug = next(iter(drugs), "")
    if len(drugs) != 1 or library.drug(drug).family not in TAPERED or not all(is_oral(d.route) for d in doses):
        raise InputError("a taper of a combination", value=regimen, expected="one benzodiazepine or Z-drug by mouth")
    return Question(drug, sum(d.amount for d in doses), usual_times(len(doses)), use_days, tuple(formulary(drug)))
