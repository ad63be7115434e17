"""The smallest change of a question that makes a plan possible, tried one by one and said in words."""

import time
from collections.abc import Iterator
from dataclasses import replace

from allostasis.clinic.taper.formulary import formulary, has_formulary
from allostasis.clinic.taper.history import in_order
from allostasis.clinic.taper.outcome import Addition
from allostasis.clinic.taper.plan import TIMES_OF_DAY
from allostasis.clinic.taper.product import Liquid, Tablet
from allostasis.clinic.taper.progress import COMPARE, HELP
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.setting import Setting, lay_out, search_verified

HALVES = 2  # structural: parts of a tablet that is split in halves
LIQUID_MG_PER_ML = 1  # structural: the concentration that is tried
HORIZON = 2  # structural: the longer plan that is tried is twice as long, a convention
HIGHEST_CAP = 1  # structural: the seizure threshold itself
NARROWED = 3  # structural: bisections of the lowest cap that helps, which leave an eighth of its range


def additions(setting: Setting) -> tuple[Addition, ...]:
    """Changes that make a plan possible, the smallest first: each is searched and verified like the question itself.

    Tried in this order: the tablets at hand split in halves; the next smaller marketed strengths, whole and split (the first that
    helps); a liquid of 1 mg/mL; one more time of day; a plan twice as long; the lowest cap that helps, to an eighth. Where none
    of them helps alone, the first change of products that the ceiling accepts is joined with the lowest cap that then helps.
    Nothing more is begun once `Progress.help_s` is over.
    """
    found, until = [], time.monotonic() + setting.progress.help_s
    groups = (_halves, _smaller, _liquid, _times, _longer)
    for number, group in enumerate(groups):
        for text, changed in group(setting.question):
            if time.monotonic() > until:
                return tuple(found)
            setting.progress.between(HELP, COMPARE, number / (len(groups) + 1), f"no plan; trying what would help: {text}")
            weeks = _weeks(setting, changed)
            if weeks is not None:
                found.append(Addition(text, weeks))
                break
    setting.progress.between(HELP, COMPARE, len(groups) / (len(groups) + 1), "no plan; looking for the lowest cap that has one")
    cap = _lowest_cap(setting, setting.question, until)
    if cap is not None:
        found.append(cap)
    return tuple(found) if found else _two(setting, until)


def _two(setting: Setting, until: float) -> tuple[Addition, ...]:
    for group in (_halves, _smaller, _liquid):
        for text, changed in group(setting.question):
            cap = _lowest_cap(setting, changed, until)
            if cap is not None:
                return (Addition(f"{text}, and {cap.text}", cap.weeks),)
    return ()


def _weeks(setting: Setting, question: Question) -> float | None:
    """Length of a verified plan of a changed question [weeks]; None where there is none."""
    changed = lay_out(question, setting.chain)
    if changed.stops_at > 0:
        return None
    _, plan, verified = search_verified(changed)
    within = plan is not None and verified is not None and verified.within
    return plan.days_to_zero / 7 if plan is not None and within else None  # structural: days in a week


def _halves(question: Question) -> Iterator[tuple[str, Question]]:
    whole = [p for p in question.products if isinstance(p, Tablet) and p.parts == 1]
    for tablet in sorted(whole, key=lambda p: p.strength_mg):
        others = [p for p in question.products if p != tablet]
        text = f"split the {tablet.strength_mg:g} mg tablets in halves"
        yield text, replace(question, products=(*others, replace(tablet, parts=HALVES)))


def _smaller(question: Question) -> Iterator[tuple[str, Question]]:
    held = [p.strength_mg for p in question.products if isinstance(p, Tablet)]
    if not held or not has_formulary(question.drug):
        return
    marketed = {p.strength_mg for p in formulary(question.drug) if isinstance(p, Tablet)}
    for mg in sorted((mg for mg in marketed if mg < min(held)), reverse=True):
        whole = Tablet(question.drug, mg)
        yield f"add {mg:g} mg tablets", replace(question, products=(*question.products, whole))
        half = replace(whole, parts=HALVES)
        yield f"add {mg:g} mg tablets, also split in halves", replace(question, products=(*question.products, half))


def _liquid(question: Question) -> Iterator[tuple[str, Question]]:
    if not any(isinstance(p, Liquid) for p in question.products):
        liquid = Liquid(question.drug, LIQUID_MG_PER_ML)
        text = f"add a liquid of {liquid.mg_per_ml:g} mg/mL, measured to {liquid.step_ml:g} mL"
        yield text, replace(question, products=(*question.products, liquid))


def _times(question: Question) -> Iterator[tuple[str, Question]]:
    free = [time for time in TIMES_OF_DAY if time not in question.times]
    if free:
        times = in_order([*question.times, free[0]])
        yield f"divide the dose over {len(times)} times of day: {', '.join(times)}", replace(question, times=times)


def _longer(question: Question) -> Iterator[tuple[str, Question]]:
    weeks = question.most_weeks * HORIZON
    yield f"allow {weeks} weeks", replace(question, most_weeks=weeks)


def _lowest_cap(setting: Setting, question: Question, until: float) -> Addition | None:
    """The lowest cap with a plan, to an eighth of the range between the last that has none and twice of it."""
    low, high, weeks = float(question.cap), float(question.cap), None
    if lay_out(question, setting.chain).stops_at > 0:
        return None
    while weeks is None:
        low, high = high, 2 * high
        if high > HIGHEST_CAP or time.monotonic() > until:
            return None
        weeks = _weeks(setting, replace(question, cap=high))
    for _ in range(NARROWED):
        if time.monotonic() > until:
            break
        middle = (low + high) / 2
        found = _weeks(setting, replace(question, cap=middle))
        low, high, weeks = (middle, high, weeks) if found is None else (low, middle, found)
    return Addition(f"raise the cap to {high:.3g}", weeks)
