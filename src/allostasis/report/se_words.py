"""What a study of status epilepticus says in words: the answer, the table, what is calibrated and what is predicted."""

import math
from collections import Counter
from collections.abc import Sequence

from allostasis.clinic.status_epilepticus.question import Question
from allostasis.report.words import figure, listing, quoted
from allostasis.study.se_outcome import HOURS_OF_POWER, Outcome
from allostasis.study.status_epilepticus import Study

CAUTION = "A model for research and teaching: it compares protocols in virtual individuals and gives no dose for a person."
LIMITS = (
    "A seizure is one number between 0 and 1 here. There is no focus, no spread, no cause that could be treated; breathing, blood"
    " pressure and every other harm of a drug are missing, so the strongest treatment always looks best.",
    "Severity and delay are inputs. A protocol that does well in mild seizures treated early may fail in others: change them and"
    " look again.",
    "The intervals count virtual individuals. They do not tell how wrong the model may be.",
    "All protocols run in the same individuals, so small differences between them are differences of the model, not of chance;"
    " they are no evidence about people.",
    "The cause stays as strong as it was: nobody treats it and it does not fade, so over many hours more seizures come back than"
    " a treated cause would let come back.",
    "A drug acts through the targets that the library holds for it, and combinations act together only through excitation and"
    " inhibition. In people, a second drug given early did not help in the one randomised trial that asked (SAMUKeppra).",
    "EEG power comes from a neural mass that was tabulated. In it a benzodiazepine by itself raises power, and an advanced"
    " seizure has less power than an early one: power above baseline is not always a seizure. Burst suppression is not in it.",
)
PREDICTED = (
    "Predicted, not fitted: what each protocol does, the order of the protocols, the loss of effect with delay in man,"
    " recurrences, and EEG power over hours. No arm of a trial was fitted beyond those named under calibrated.",
)
UNMET = "not in half of them"


def amount(question: Question) -> str:
    """Unit of the amounts."""
    return "mg" if question.preparation == "human" else "mg/kg"


def endpoint_words(question: Question) -> str:
    """The endpoint in a sentence part."""
    end, start = question.counted, question.counted_from_min
    who = f"still seizing {start:g} min after the first treatment" if start else "seizing at the first treatment"
    again = "" if end.until_min == end.within_min else f" and away until {end.until_min:g} min"
    clock = " (counted from then)" if start else ""
    return f"seizure over within {end.within_min:g} min{again}{clock}, of those {who}"


def enrolled_words(study: Study) -> str:
    """How many are treated, and what became of the others."""
    n, treated = study.enrolled.size, int(study.enrolled.sum())
    what = "patients" if study.setting.preparation == "human" else "rats"
    rest = f"; in {n - treated} it had ended by itself or never went on" if treated < n else ""
    when = f"{study.setting.delay_min} min after its onset"
    return f"{treated} of {n} virtual {what} still had a seizure {when} and were treated{rest}."


def share(part: int, whole: int) -> str:
    """A share in percent."""
    return f"{100 * part / whole:.0f} %" if whole else "none"


def interval(o: Outcome) -> str:
    """The Wilson interval in words."""
    return f"{100 * o.low:.0f} to {100 * o.high:.0f} %" if o.counted else ""


def minutes(value: float | int) -> str:
    """A median time.

    >>> minutes(12.0), minutes(150.0), minutes(float("inf"))
    ('12 min', '2.5 h', 'not in half of them')
    """
    if math.isinf(value):
        return UNMET
    return f"{value:.0f} min" if value < 120 else f"{value / 60:.1f}".removesuffix(".0") + " h"  # structural: minutes in an hour


def headline(question: Question, found: Sequence[Outcome]) -> str:
    """The answer in one sentence."""
    counted = [o for o in found if o.counted]
    if not counted:
        return f"Nobody counts: no seizure goes on {question.counted_from_min:g} min after the first treatment."
    best, worst = (pick(counted, key=lambda o: o.probability) for pick in (max, min))
    said = f"{alike(best, counted)}: {best.met} of {best.counted} ({100 * best.probability:.0f} %, {interval(best)})"
    if best is worst:
        return f"Endpoint met under {said}."
    if math.isclose(best.probability, worst.probability):
        return f"All protocols meet the endpoint equally often: {100 * best.probability:.0f} %."
    return f"Endpoint met most often under {said}; least often under {alike(worst, counted)}: {worst.met} of {worst.counted}" + (
        f" ({100 * worst.probability:.0f} %)."
    )


def alike(one: Outcome, found: Sequence[Outcome]) -> str:
    """A protocol and those that meet the endpoint in as many of as many: none of them is the best alone."""
    return listing([quoted(o.name) for o in found if (o.met, o.counted) == (one.met, one.counted)])


def details(question: Question, study: Study, found: Sequence[Outcome]) -> list[str]:
    """What else a reader must know first."""
    said = [f"Endpoint: {endpoint_words(question)}.", enrolled_words(study)]
    apart = [o for o in found if o.counted]
    if len(apart) > 1:
        best = max(apart, key=lambda o: o.probability)
        close = [o.name for o in apart if o is not best and o.high >= best.low]
        if close:
            said.append(f"Intervals overlap: {quoted(best.name)} is not told apart from {listing([quoted(n) for n in close])}.")
    return said


def headings(question: Question) -> list[str]:
    """Of the printed table."""
    power, mean = [f"EEG {h} h" for h in hours(question)], f"{amount(question)} given, mean"
    return ["protocol", "met", "95 % interval", "median stop", "recurred", "seizing at end", *power, mean]


def hours(question: Question) -> list[int]:
    """Hours over which this run has an EEG."""
    return [h for h in HOURS_OF_POWER if question.horizon_min >= 60 * h]  # structural: minutes in an hour


def row(o: Outcome) -> list[str]:
    """Of the printed table."""
    met = f"{100 * o.probability:.0f} %" if o.counted else "nobody counts"
    eeg = [f"x {power:.2f}" for power in o.eeg.values()]
    return [
        o.name, met, interval(o), minutes(o.median_stop_min), f"{o.recurred} of {o.stopped}",
        f"{o.seizing} of {o.patients}", *eeg, given(o) or "none",
    ]  # fmt: skip


def given(o: Outcome) -> str:
    """Drugs and mean amounts over all patients."""
    return ", ".join(f"{drug} {figure(mg)}" for drug, mg in o.mg.items())


def step_lines(study: Study, found: Sequence[Outcome]) -> list[str]:
    """Share of the patients that got each step."""
    lines = []
    for course, o in zip(study.courses, found, strict=True):
        if not course.protocol.steps:
            lines.append(f"{o.name}: no treatment.")
        for step, part in zip(course.protocol.steps, o.needed, strict=True):
            lines.append(f"{o.name}: {step.text()}: {100 * part:.0f} %")
    return lines


def calibrated(study: Study) -> list[str]:
    """What was set by data, and what is assumed."""
    used = study.system.used
    counts = Counter(p.status for p in used.values())
    by_status = listing([f"{count} {status}" for status, count in sorted(counts.items())])
    set_by_data = {name: p for name, p in sorted(used.items()) if p.status == "calibrated"}
    levels = [name for name in set_by_data if name.startswith("exposure.")]
    fitted = [f"Calibrated: {name} = {p.value:g}. {p.note}" for name, p in set_by_data.items() if name not in levels]
    if levels:
        fitted.append(f"Calibrated on measured concentrations in blood: {len(levels)} numbers of exposure.")
    guess = sorted(name for name, p in used.items() if p.status == "assumed" and name.startswith(("seizure.", "acute_balance.")))
    assumed = f"Assumed, among others: {', '.join(guess)}." if guess else ""
    return [f"{len(used)} numbers: {by_status}. All of them, with their sources, stand in run.json.", *fitted, *PREDICTED,
            *([assumed] if assumed else [])]  # fmt: skip


def sources(question: Question, study: Study) -> list[str]:
    """Where the protocols and the numbers come from."""
    from allostasis import library

    works = library.bibliography()
    cited = sorted({p.source for p in study.system.used.values() if p.source in works})
    notes = question.of_preset.notes if question.of_preset else ()
    return [*notes, *(f"{works[i].citation} ({works[i].locator})" for i in cited)]
