"""The four criteria of the review for a combination, each scored with its reason.

1 distinct mechanisms; 2 pharmacodynamic synergy; 3 no adverse kinetic interaction; 4 no adding up of side effects.
"""

import math
from itertools import product

from allostasis import library
from allostasis.clinic.combination.effect import Balance, mechanisms
from allostasis.clinic.combination.interaction import Interaction
from allostasis.clinic.combination.reference import Given, mean_rates
from allostasis.clinic.combination.score import Score, graded
from allostasis.clinic.levels import steady_levels
from allostasis.library.reach import closure
from allostasis.library.rows import rows as table
from allostasis.patient import Patient
from allostasis.quantity import InputError

DISTINCT, SYNERGY = "distinct mechanisms", "pharmacodynamic synergy"
KINETIC, SAFETY = "no adverse kinetic interaction", "side effects do not add up"
CRITERIA = (DISTINCT, SYNERGY, KINETIC, SAFETY)


def distinct(first: str, second: str) -> Score:
    """Mechanisms that the drugs share: a site in common is 0, two sites of one receptor or channel 0.5.

    >>> [distinct("diazepam", other).value for other in ("ketamine", "phenobarbital", "midazolam")]
    [1.0, 0.5, 0.0]
    """
    a, b = mechanisms(first), mechanisms(second)
    if not a or not b:
        missing = " and ".join(name for name, found in ((first, a), (second, b)) if not found)
        return Score(DISTINCT, None, f"no target of {missing} has numbers in the library")
    listed = f"{first}: {'; '.join(a)}. {second}: {'; '.join(b)}"
    if shared := [m for m in a if m in b]:
        return Score(DISTINCT, 0.0, f"both act at the {shared[0]}. {listed}")
    for one, other in product(a, b):
        if one.partition(",")[0] == other.partition(",")[0]:
            return Score(DISTINCT, 1 / 2, f"two sites of one target, the {one.partition(',')[0]}. {listed}")
    return Score(DISTINCT, 1.0, f"no target in common. {listed}")


def synergy(found: Interaction) -> Score:
    """More than independent by Bliss and more than additive by Loewe is 1, less than either is 0, else 0.5.

    Both are asked for, because Loewe's index falls below 1 by itself where a drug has a ceiling.
    """
    rows = library.parameter_set("combination")
    limit, least = rows["synergy.index"].value, rows["synergy.excess"].value
    index, excess = found.combination_index, found.bliss_excess
    words = f"Bliss excess {excess:+.3f} of the drive"
    if index is None:
        return Score(SYNERGY, None, f"one of the two does nothing in the model; {words}")
    words = f"Loewe index {index:.2f}, {words}"
    if cannot := sum(d == math.inf for d in found.alone):
        who = "neither drug reaches" if cannot == len(found.alone) else "one drug does not reach"
        words += f"; {who} this effect alone at any dose, which lowers the index by itself"
    if index <= limit and excess >= least:
        return Score(SYNERGY, 1.0, f"more than independent and more than additive: {words}")
    if index >= 1 / limit or excess <= -least:
        return Score(SYNERGY, 0.0, f"less than {'additive' if index >= 1 / limit else 'independent'}: {words}")
    return Score(SYNERGY, 1 / 2, f"effects add up, no more: {words}")


def lasting(one: Given, setting: str) -> str:
    """The dose by which a drug is judged with another for weeks: its own, or in the acute setting the declared lasting one.

    A drug without a lasting dose counts as if its load were given every day: enzymes need days to change.
    """
    if setting == "chronic":
        return one.regimen
    said = library.set_words("combination").get(f"chronic.{one.drug}")
    return one.regimen if said is None else said["regimen"]


def exposure_ratios(first: str, second: str, patient: Patient) -> dict[str, float]:
    """Mean total plasma level at steady state with the other drug over that alone, of the drugs and what they form.

    Args:
        first: regimen of one drug; its first day counts.
        second: of the other.
        patient: who takes them.
    """
    alone: dict[str, float] = {}
    rates = [mean_rates(text, patient.weight_kg) for text in (first, second)]
    for rate in rates:
        for name, level in steady_levels(rate, patient).plasma.items():
            alone[name] = alone.get(name, 0.0) + level
    both = steady_levels({k: sum(r.get(k, 0.0) for r in rates) for r in rates for k in r}, patient).plasma
    return {name: both[name] / level for name, level in alone.items() if level > 0}


def kinetic(first: Given, second: Given, setting: str, patient: Patient) -> tuple[Score, dict[str, float]]:
    """The largest change of an exposure that matters: of what acts, in either direction."""
    rows = library.parameter_set("combination")
    try:
        ratios = exposure_ratios(lasting(first, setting), lasting(second, setting), patient)
    except InputError as error:
        reason = f"{first.drug} with {second.drug}: {error.what} ({error.value})"
        return Score(KINETIC, 0.0, reason), {}
    acting = {n: r for n, r in ratios.items() if library.drug(n).active}
    worst = max(acting.values(), key=lambda r: abs(math.log(r)))
    words = ", ".join(f"{name} x {ratio:.2f}" for name, ratio in acting.items())
    doses = f" ({lasting(first, setting)}; {lasting(second, setting)})" if setting == "acute" else ""
    reason = f"mean levels at steady state with the other drug{doses}, over alone: {words}"
    brains = [library.drug(name).brain for name in (first.drug, second.drug)]
    if all(b is not None and b.fu_plasma.value < rows["kinetic.bound"].value for b in brains):
        reason += ". Both are bound to more than 90 %: displacement lowers total levels and is not in these ratios"
    folds = math.exp(abs(math.log(worst)))
    return graded(KINETIC, folds, rows["kinetic.equal"].value, rows["kinetic.large"].value, reason), ratios


def added_risk(first: str, second: str) -> tuple[list[str], float]:
    """Side effects of both with a rate: in words, and the largest rise over the riskier one if they were independent."""
    held: dict[str, dict[str, float]] = {}
    for row in table("safety"):
        if not row["second"] and row["drug"] in (first, second):
            rates = held.setdefault(row["effect"], {})
            rates[row["drug"]] = max(rates.get(row["drug"], 0.0), float(row["rate"]))
    said, worst = [], 0.0
    for effect, rates in held.items():
        if len(rates) == 2:
            a, b = rates[first], rates[second]
            rise = a + b - a * b - max(a, b)
            worst = max(worst, rise)
            said.append(f"{effect}: {first} {a:.0%}, {second} {b:.0%}, +{rise:.0%} if independent")
        else:
            name, rate = next(iter(rates.items()))
            said.append(f"{effect}: {name} {rate:.0%}, no rate for the other")
    return said, worst


def observed(first: str, second: str) -> list[str]:
    """What was seen of the two together, in words."""
    pair = {first, second}
    return [
        f"observed together, {row['effect']}: {float(row['rate']):.0%}"
        f" ({'; '.join(filter(None, (row['population'], row['note'].rstrip('.'))))})"
        for row in table("safety") if {row["drug"], row["second"]} == pair
    ]  # fmt: skip


def safety(first: Given, second: Given, affinity: str = "in_vitro") -> Score:
    """Side effects: rates of trials taken as independent, and sedation as ln inhibition that the second ligand adds."""
    rows = library.parameter_set("combination")
    said, risk = added_risk(first.drug, second.drug)
    known = any("independent" in words for words in said)
    score = graded(SAFETY, risk, rows["safety.equal"].value, rows["safety.large"].value, "").value
    gains = sedation(first, second, affinity)
    added = gains[2] - max(gains[:2])
    if min(gains[:2]) > rows["sedation.equal"].value:
        sedated = graded(SAFETY, added, rows["sedation.equal"].value, rows["sedation.large"].value, "").value
        assert score is not None
        assert sedated is not None
        score = min(score, sedated)
        known = True
        grown = f"ln inhibition {gains[0]:.2f} and {gains[1]:.2f}, together {gains[2]:.2f}"
        said.insert(0, f"sedation through GABA-A receptors: {grown}")
    else:
        said.insert(0, "sedation through GABA-A receptors does not add: at most one of them acts there")
    words = "; ".join([*said, *observed(first.drug, second.drug)])
    return Score(SAFETY, score if known else None, words if known else f"{words}; no side effect has a rate for both")


def sedation(first: Given, second: Given, affinity: str = "in_vitro") -> tuple[float, float, float]:
    """ln inhibition of the first, the second and both through the GABA-A receptor alone [1]."""
    names = closure([first.drug, second.drug])
    balance = Balance(names, affinity=affinity)
    brain = [{n: c for n, c in g.brain.items() if _at_receptor(n)} for g in (first, second)]
    both = {n: brain[0].get(n, 0.0) + brain[1].get(n, 0.0) for n in {**brain[0], **brain[1]}}
    one, two, all_ = (float(balance.receptor_gain(levels)[0]) for levels in (*brain, both))
    return one, two, all_


def _at_receptor(name: str) -> bool:
    return any(m.startswith("GABA-A receptor") for m in mechanisms(name))
