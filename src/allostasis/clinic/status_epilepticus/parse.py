"""Steps of a protocol as text: the drug, the dose, the way, the time and the condition."""

import re

from allostasis.clinic.status_epilepticus.protocol import ALWAYS, SEIZING, Protocol, Step
from allostasis.quantity import InputError, magnitude

GRAMMAR = "DRUG DOSE mg[/kg] [(at most N mg)] ROUTE [over N min] [at N min] [and up to N more every N min] [if still seizing]"
EXAMPLE = "lorazepam 0.1 mg/kg (at most 4 mg) iv over 2 min at 0 min if still seizing"
_STEP = re.compile(
    r"""^\s*(?P<drug>[^\d].*?)\s+(?P<dose>-?\d+(?:\.\d+)?(?:e-?\d+)?)\s*mg(?P<per_kg>/kg)?
    (?:\s*\(?\s*at\ most\s+(?P<maximum>-?\d+(?:\.\d+)?)\s*mg\s*\)?)?
    \s+(?P<route>[a-z][a-z.\-]*?)
    (?:\s+over\s+(?P<over>-?\d+(?:\.\d+)?\s*\w+))?
    (?:\s+at\s+(?P<at>-?\d+(?:\.\d+)?\s*\w+))?
    (?:\s+and\ up\ to\s+(?P<repeats>\d+)\s+more\s+every\s+(?P<every>-?\d+(?:\.\d+)?\s*\w+))?
    (?:\s+if\ (?P<condition>.+?))?\s*$""",
    re.VERBOSE,
)
CONDITION = "still seizing"


def parse_step(text: str) -> Step:
    """One step from text; `Step.text` prints what parses to an equal step.

    Raises:
        InputError: text that is no step, a negative time or dose, an unknown condition.
        UnknownNameError: an unknown drug or route.

    >>> step = parse_step("lorazepam 2 mg iv at 4 min if still seizing")
    >>> step.drug, step.dose, step.at_min, step.condition
    ('lorazepam', 2.0, 4.0, 'seizing')
    """
    found = _STEP.match(text)
    if found is None:
        raise InputError("a step of a protocol", value=text, expected=GRAMMAR, fix=f"write it like: {EXAMPLE}")
    part = found.groupdict()
    condition = part["condition"]
    if condition is not None and condition != CONDITION:
        raise InputError(
            "condition of a step", value=f"if {condition}", expected=f"if {CONDITION}",
            fix="or leave it out: the step is always given",
        )  # fmt: skip
    minutes = {key: magnitude(part[key], "min", what=f"{key} of a step") if part[key] else 0.0 for key in ("over", "at", "every")}
    return Step(
        part["drug"].strip(), float(part["dose"]), bool(part["per_kg"]), minutes["at"], part["route"], minutes["over"],
        float(part["maximum"]) if part["maximum"] else None, SEIZING if condition else ALWAYS, int(part["repeats"] or 0),
        minutes["every"],
    )  # fmt: skip


def parse_protocol(name: str, steps: str) -> Protocol:
    """A protocol from steps with semicolons between them; empty text or "none" is no treatment.

    >>> parse_protocol("untreated", "none").steps
    ()
    """
    if steps.strip() in ("", "none", "no treatment"):
        return Protocol(name)
    try:
        return Protocol(name, tuple(parse_step(part) for part in steps.split(";") if part.strip()))
    except InputError as error:
        error.args = (f"protocol {name!r}: {error}",)
        raise
