"""Why a benzodiazepine does less than it would: its lost effect, shared out over target, network, metabolism and efflux.

Full effect: the case as it is. Naive effect: what the same doses would do in a reference person who never took any, that is the
first-dose effect at the exposure of that person. Both are means over a window of a day. Every coalition of mechanisms
(`attribution.coalitions`) is a lane of one run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allostasis import library
from allostasis.clinic.attribution import Acting, Attribution, attribute, coalitions
from allostasis.clinic.effects import EFFECTS
from allostasis.clinic.explain_mechanisms import OFF, Mechanism, by_group, mechanisms, person_of
from allostasis.clinic.simulate import readouts, simulate
from allostasis.quantity import InputError, NotModelledError, UnknownNameError, magnitude
from allostasis.simulation import Case
from allostasis.simulation.simulate import arm_regimens, case_system

FAMILIES = ("benzodiazepine", "z-drug")
"""Families of drugs whose lost effect is explained."""
WINDOW_H = 24.0  # structural: a day, so that no dosing interval is cut
NOTHING = 1e-6  # structural: a smaller effect is none
_SAME = 1e-9  # structural: rounding of hours


@dataclass(frozen=True)
class ArmExplanation:
    """The lost effect of one arm: its attribution, the effect of every coalition that was run, and the drugs it is about."""

    name: str
    drugs: tuple[str, ...]
    attribution: Attribution
    effects: Mapping[Acting, float]


@dataclass(frozen=True)
class Explanation:
    """The lost effect of a case.

    Attributes:
        case: the question, up to the time that is explained, with the arms that are.
        effect: one of `EFFECTS`.
        start_h, end_h: window of the mean effect [h].
        mechanisms: every mechanism that the case has.
        arms: one per arm with a benzodiazepine.
        left_out: arms without any.
        parameter_hash: of the run.
    """

    case: Case
    effect: str
    start_h: float
    end_h: float
    mechanisms: tuple[Mechanism, ...]
    arms: tuple[ArmExplanation, ...]
    left_out: tuple[str, ...]
    parameter_hash: str


def explain(
    case: Case, *, effect: str = "anticonvulsant", at: str | None = None, arm: str | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Explanation:  # fmt: skip
    """Attribute the lost effect of every arm of a case with a benzodiazepine.

    Args:
        case: the question.
        effect: one of `EFFECTS`.
        at: when, such as "90 d"; the end of the case when left out. The effect is the mean over the day up to then.
        arm: explain this one alone; every arm with a benzodiazepine when left out.
        on_progress: called with the share done, 0 to 1.

    Raises:
        UnknownNameError: no such effect or arm.
        InputError: no benzodiazepine, a time outside the case, or no effect at that time that could be lost.
        NotModelledError: doses that depend on the course (rules, adherence), steady states, or lumped adaptation.

    >>> from allostasis.simulation import parse_case
    >>> arm = {"name": "a", "regimen": "lorazepam 1 mg po tid for 14 d"}
    >>> found = explain(parse_case({"title": "t", "horizon": "14 d", "arm": [arm]})).arms[0].attribution
    >>> bars = {g.name: g.lost for g in found.groups}
    >>> bars["target"] > bars["network"] > bars["metabolism"] == bars["efflux"] == 0
    True
    """
    if effect not in EFFECTS:
        raise UnknownNameError("effect", effect, EFFECTS)
    asked, left_out = _arms(case := _until(case, at))
    if arm is not None and arm not in asked:
        raise UnknownNameError("arm with a benzodiazepine", arm, asked)
    case = case.model_copy(update={"arm": [a for a in case.arm if a.name in ({arm} if arm else asked)]})
    reference = case.model_copy(update={"patient": person_of(case, ())})
    found = mechanisms(case, _parameters(case))
    groups = by_group(found)
    lanes = coalitions(groups)
    result = simulate(
        reference, wanted={"effect": ("mean",)}, factors=_factors(case, found, lanes), on_progress=on_progress, threads=1
    )
    window = result.data["effect_mean"].sel(effect=effect)
    window = window.sel(time=slice(case.horizon_h - _span(case) + _SAME, None)).mean("time")
    arms = []
    for name in (a.name for a in case.arm):
        table = dict(zip(lanes, map(float, window.sel(arm=name).values), strict=True))
        if abs(table[frozenset()]) < NOTHING:
            raise InputError(
                f"arm {name!r} has no {effect} effect at that time, not even in a reference person",
                value=f"{case.horizon_h:g} h", expected="a time while the drug is there", fix="choose --at within the dosing",
            )  # fmt: skip
        arms.append(ArmExplanation(name, asked[name], attribute(groups, table.__getitem__), table))
    return Explanation(
        case, effect, case.horizon_h - _span(case), case.horizon_h, found, tuple(arms), left_out,
        str(result.provenance["parameter_hash"]),
    )  # fmt: skip


def _span(case: Case) -> float:
    """Length of the window [h]: a day, or what there is; at least one output interval."""
    return min(case.horizon_h, max(WINDOW_H, case.every_h))


def _until(case: Case, at: str | None) -> Case:
    """The case up to the end of the output interval that holds the time asked for."""
    if at is None:
        return case
    asked, every = magnitude(at, "h", what="time to explain"), case.every_h
    if not 0 < asked <= case.horizon_h + _SAME:
        raise InputError(
            "time to explain outside the case", value=at, expected=f"above 0 and at most the horizon, {case.horizon}",
            fix="choose --at within it",
        )  # fmt: skip
    end = min(np.ceil(asked / every - _SAME) * every, case.horizon_h)
    output = case.output.model_copy(update={"every": f"{every:.12g} h"})
    return case.model_copy(update={"horizon": f"{end:.12g} h", "output": output})


def _arms(case: Case) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Arms with their benzodiazepines, and those without any; refuses what would change the doses between lanes."""
    if case.model.adaptation == "two_timescale":
        raise NotModelledError(
            "mechanisms of an adaptation that is lumped into two states", value=case.model.adaptation,
            expected='adaptation = "mechanisms" or "none"',
        )  # fmt: skip
    asked, left_out = {}, []
    for name, regimen in arm_regimens(case).items():
        sites = regimen.sites(case.horizon_h)
        drugs = tuple(sorted({drug for drug, _ in sites if library.drug(drug).family in FAMILIES}))
        if not drugs:
            left_out.append(name)
            continue
        changing = [what for what, there in (("dosing rules", regimen.rules), ("adherence", case.adherence_of(name))) if there]
        if changing:
            raise NotModelledError(
                f"explaining arm {name!r}, whose doses are not the same in every counterfactual", value=", ".join(changing),
                expected="scheduled doses", fix="write the doses as a schedule",
            )  # fmt: skip
        if any(period.history for period in regimen.periods(case.horizon_h, case.weight_kg)):
            raise NotModelledError(
                f"explaining arm {name!r}, whose events have steady states", expected="doses from the start of use on",
                fix="write the doses without SS",
            )  # fmt: skip
        asked[name] = drugs
    if not asked:
        raise InputError(
            "no arm has a benzodiazepine before that time", expected="a case with a benzodiazepine or z-drug",
            fix="write a regimen such as 'lorazepam 1 mg po tid for 30 d'",
        )  # fmt: skip
    return asked, tuple(left_out)


def _parameters(case: Case) -> dict:
    return case_system(case, arm_regimens(case), readouts()).parameters


def _factors(case: Case, found: Sequence[Mechanism], lanes: Sequence[Acting]) -> dict[str, np.ndarray]:
    """Factors [lanes] on the numbers of the reference person with every mechanism of adaptation at work."""
    nulls = {m.name: m.nulls for m in found}
    persons = frozenset(m.name for m in found if not m.nulls)
    made: dict[Acting, dict[str, float]] = {}
    columns: dict[str, np.ndarray] = {}
    reference = _scalars(case.model_copy(update={"patient": person_of(case, ())}))
    for k, acting in enumerate(lanes):
        who = acting & persons
        if who not in made:
            other = _scalars(case.model_copy(update={"patient": person_of(case, who)}))
            made[who] = {key: max(v / reference[key], OFF) for key, v in other.items() if v != reference[key]}
        off = [nulls[name] for name in nulls if name not in acting]
        for key, factor in (pair for factors in (made[who], *off) for pair in factors.items()):
            columns.setdefault(key, np.ones(len(lanes)))[k] *= factor
    return columns


def _scalars(case: Case) -> dict[str, float]:
    return {
        f"{submodel}.{name}": float(value)
        for submodel, values in _parameters(case).items() for name, value in values.items() if not isinstance(value, tuple)
    }  # fmt: skip
