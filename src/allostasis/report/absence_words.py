"""What a comparison of absence seizures says in words."""

import math

from allostasis.clinic.absence import AbsenceResult
from allostasis.report.words import listing

LIMITS = (
    "A population model of rat-like discharges near 9 Hz with published constants; no patient and no single cell is in it.",
    "The epileptic operating point is a choice: cortical inhibition 2 % below the published value.",
    "Cortical inhibition is very strong here: 2 % more of it undoes what tonic inhibition of relay cells does. Whole-brain"
    " enhancers therefore all suppress; where a drug acts decides more than how strong it is.",
    "Inhibition among reticular cells is a constant in the published model: it does not grow with their activity.",
    "That tonic inhibition of relay cells worsens rests on an assumed weight of T-channel de-inactivation; below about 0.3 the"
    " sign turns.",
    "Levels are examples of what is unbound in brain, not doses.",
)


def percent(share: float) -> str:
    """Write a share.

    >>> percent(0.456), percent(0.004)
    ('46 %', '0.4 %')
    """
    value = 100 * float(share)
    return f"{value:.1f} %" if 0 < value < 1 else f"{value:.0f} %"


def number(value: float, unit: str) -> str:
    """Write a number that may be missing."""
    return "none" if not math.isfinite(value) else f"{value:.1f} {unit}".strip()


def headline(result: AbsenceResult) -> str:
    """Say what worsens and what suppresses."""
    said = {"suppresses": [], "worsens": [], "not told apart": []}
    for k, arm in enumerate(result.arms):
        if k:
            said[result.verdict(k)].append(arm.name)
    verbs = {"suppresses": "suppress spike-and-wave", "worsens": "worsen it", "not told apart": "cannot be told from no drug"}
    counts = [f"{len(names)} {verbs[kind]}" for kind, names in said.items() if names]
    return f"Of {len(result.arms) - 1} changes {listing(counts)}. Without any: {percent(result.found.share[0])} of the time."


def details(result: AbsenceResult) -> list[str]:
    """Name them."""
    found = []
    for kind, words in (("worsens", "More spike-and-wave"), ("suppresses", "Less"), ("not told apart", "Not told apart")):
        names = [arm.name for k, arm in enumerate(result.arms) if k and result.verdict(k) == kind]
        if names:
            found.append(f"{words}: {'; '.join(names)}.")
    return found
