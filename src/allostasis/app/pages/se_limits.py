"""What one visitor may ask of the page Status epilepticus on a shared server, and how its fields are read."""

from allostasis.clinic.status_epilepticus.parse import parse_step
from allostasis.clinic.status_epilepticus.protocol import Step
from allostasis.clinic.status_epilepticus.question import Question
from allostasis.quantity import InputError, magnitude

MOST_INDIVIDUALS, MOST_MINUTES = 300, 360
MOST_ROWS = 400_000
"""Individuals x protocols x minutes on a shared server; the command line takes more of each."""
MOST_STEPS, MOST_DOSES = 12, 24
"""Steps of a protocol, and doses of a step, on a shared server."""
MOST_SEED = 2**31 - 1  # structural: of a 32-bit generator
HOUR_MIN = 60  # structural: minutes in an hour
LONGEST = 300
"""Characters of a field or of a line of steps."""
ELSEWHERE = "make it smaller, or use 'allostasis se PROTOCOL.toml --out DIR', which takes more"


def steps_of(text: str) -> tuple[Step, ...]:
    r"""Read steps, one a line.

    Raises:
        InputError: the first line that is no step, or too much for a shared server.

    >>> [step.drug for step in steps_of("lorazepam 4 mg iv\n\nketamine 1 mg/kg iv at 60 min")]
    ['lorazepam', 'ketamine']
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_STEPS:
        raise InputError("steps of a protocol on this server", value=len(lines), expected=f"at most {MOST_STEPS}", fix=ELSEWHERE)
    found = []
    for line in lines:
        if len(line) > LONGEST:
            raise InputError("a step is too long", value=f"{len(line)} characters", expected=f"at most {LONGEST}")
        step = parse_step(line)
        if step.repeats >= MOST_DOSES:
            raise InputError("doses of one step on this server", value=step.repeats + 1, expected=f"at most {MOST_DOSES}",
                             fix=ELSEWHERE)  # fmt: skip
        found.append(step)
    return tuple(found)


def fits(question: Question) -> Question:
    """Return the question; raises InputError where it is too much for a shared server."""
    rows = question.individuals * len(question.protocols) * (question.horizon_min + question.delay_min)
    if rows > MOST_ROWS:
        raise InputError("too many individuals for so long a time on this server", value=f"{rows:,} minutes of individuals",
                         expected=f"at most {MOST_ROWS:,}", fix=ELSEWHERE)  # fmt: skip
    return question


def minutes(what: str, text: str) -> float:
    """Read a time of the run [min]; raises InputError."""
    value = magnitude(text, "min", what=what)
    if not 1 <= value <= MOST_MINUTES:
        raise InputError(f"{what} on this server", value=text, expected=f"1 min to {MOST_MINUTES // HOUR_MIN} h", fix=ELSEWHERE)
    return value


def number(what: str, text: str) -> float:
    """Read a number; raises InputError."""
    try:
        return float(text)
    except ValueError:
        raise InputError(what, value=text, expected="a number", fix="write 0.15") from None


def whole(what: str, text: str, least: int, most: int) -> int:
    """Read a whole number within limits; raises InputError."""
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise InputError(what, value=text, expected=f"a whole number from {least} to {most}")
    return int(text)
