"""Interventions in words: the evidence in a sentence, the levers in a line each, the card of one therapy."""

from allostasis import library
from allostasis.clinic.interventions.applying import Applied
from allostasis.clinic.interventions.dmcm import dmcm_arms
from allostasis.clinic.interventions.levers import NO_EFFECT, REFUSED
from allostasis.clinic.interventions.therapy import GRADES, RECEPTOR, Move, Therapy, calibrated_sizes
from allostasis.clinic.interventions.vocabulary import LEVERS

MEASURES = {
    "responder_50": "patients with half as many seizures or fewer",
    "median_change": "median change of seizures",
    "typical_change": "change of seizures",
    "all_or_none": "free of seizures",
}
"""Measure that a size is calibrated to -> words."""
VERDICTS = {
    "supports": "speaks for an effect", "mixed": "is mixed", "negative": "shows no effect", "harms": "speaks for harm",
    "none": "is missing",
}  # fmt: skip
CAUTION = "Research and teaching: a therapy is ranked and explained here, never advised, and no regimen is a dose for a person."


def evidence(one: Therapy) -> str:
    """The evidence in a sentence or two.

    >>> from allostasis.clinic.interventions import therapy
    >>> evidence(therapy("ganoderma"))
    'Grade E (nothing quantitative was found: no effect here).'
    """
    grade = f"Grade {one.grade} ({GRADES[one.grade]})"
    if one.grade == NO_EFFECT:
        return f"{grade}."
    what = MEASURES.get(one.measure, one.measure)
    unit = "" if one.unit in ("", "ratio") else " %" if one.unit == "%" else f" {one.unit}"
    number = f"{one.effect}{unit}" if one.effect else "its number is kept apart for verification"
    against = f", {one.control}{unit} in the control" if one.control else ""
    told = f" {what[:1].upper()}{what[1:]}: {number}{against}" if what else " No number"
    place = f" ({one.species}{'; ' + one.population if one.population else ''})"
    return f"{grade}; the evidence {VERDICTS[one.verdict]}.{told}{place}."


def size_words(move: Move) -> str:
    """Size of a lever, with its status.

    >>> from allostasis.clinic.interventions import therapy
    >>> size_words(therapy("resection").moves[0])
    'x 0 (derived)'
    """
    if move.origin == RECEPTOR:
        return "computed by the receptor room"
    if move.size is None:
        return "size unknown: moves nothing"
    sign = f"x {move.size:.4g}" if move.operation == "multiply" else f"{move.size:+.4g}"
    spread = "" if move.low is None or move.high is None else f", {move.low:g} to {move.high:g}"
    return f"{sign} ({move.status}{spread})"


def lever_words(one: Therapy) -> str:
    """Levers of a therapy, short."""
    if one.name == REFUSED:
        return "refused alone"
    if one.drugs and one.grade != NO_EFFECT:
        return "the drug itself"
    names = [move.lever for move in one.moves]
    return ("would move " if one.grade == NO_EFFECT and names else "") + ", ".join(names)


def time_words(hours: float) -> str:
    """A time constant in words.

    >>> time_words(336.0), time_words(float("inf")), time_words(0.5)
    ('14 d', 'never', '0.5 h')
    """
    if hours == float("inf"):
        return "never"
    return "at once" if hours == 0 else f"{hours:g} h" if hours < 48 else f"{hours / 24:g} d"


def card(one: Therapy) -> list[str]:
    """Everything about a therapy, a paragraph a line."""
    source = library.bibliography()[one.source]
    lines = [
        f"{one.title} ({one.name}; seed section {one.section}; {one.kind})",
        f"Mechanism: {one.mechanism}.",
        f"Evidence: {evidence(one)}",
        f"Source: {source.citation} ({source.locator}), {one.status}.",
    ]
    if one.conflict:
        lines.append(f"Against it, or beside it: {one.conflict}.")
    if one.drugs and one.grade != NO_EFFECT:
        lines.append(f"Lever: the drug itself ({', '.join(one.drugs)}), through exposure, receptors and drug targets.")
        lines.append(f"Example for a run, never a dose for a person: {one.example_regimen}")
    for move in one.moves:
        comes = "" if move.size is None else f"; onset {time_words(move.onset_h)}, offset {time_words(move.offset_h)}"
        lines.append(f"Lever {move.lever} -> {LEVERS[move.lever].moves}: {size_words(move)}{comes}. {_sentence(move.note)}")
    lines += calibrated_words(one)
    if one.name.startswith(REFUSED):
        lines += dmcm_words()
    return lines


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def calibrated_words(one: Therapy) -> list[str]:
    """What was calibrated for a therapy, with its label."""
    return [
        f"{p.status.capitalize()}: {key.rpartition('.')[2].replace('_', ' ')} {p.value:.4g}. {p.note}"
        for key, p in calibrated_sizes().items()
        if key.rpartition(".")[0] == one.name and key.rpartition(".")[2] != "size"
    ]


def dmcm_words() -> list[str]:
    """Both arms at the receptor."""
    lines = ["Change of the current of phasic receptors by DMCM, alone / with flumazenil (receptor room):"]
    return lines + [f"  {a.concentration:g} nM: {a.alone:+.0f} % / {a.with_flumazenil:+.0f} %" for a in dmcm_arms()]


def applied_words(found: Applied) -> list[str]:
    """What came out, with its evidence and notes."""
    if found.regimen:
        how = f"with {found.regimen}"
    else:
        moved = ", ".join(f"{name} {'x' if op == 'multiply' else '+'} {size:.4g}" for name, (op, size) in found.moves.items())
        how = f"levers: {moved or 'none'}"
    lines = [f"{found.therapy.title}: {how}.", evidence(found.therapy)]
    if found.therapy.conflict:
        lines.append(f"Against it, or beside it: {found.therapy.conflict}.")
    if found.free_share is not None:
        lines.append(
            f"All or none: in {found.free_share:.0%} of patients seizures stop, in the others nothing changes; a rate put in,"
            " not predicted."
        )
    if found.therapy.calibrated and found.free_share is None:
        lines.append("Its size is calibrated to that rate: what comes out was put in.")
    return lines + list(found.notes)
