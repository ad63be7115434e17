"""Adenosine of a diet: a slow state that acts on release through A1 receptors, and on nothing without them."""

import math

from allostasis import library
from allostasis.quantity import InputError


def release_left(factor: float | int, *, a1: bool = True) -> float:
    """Glutamate release that raised resting adenosine leaves, over that at rest.

        r(C) = 1 - m C / (C + C_half),      left = r(factor C_0) / r(C_0)

    C_0: resting adenosine; m: largest share that A1 takes away; both with their sources in the set `interventions`.

    Args:
        factor: resting adenosine over that without the diet, 0 or more.
        a1: False without A1 receptors.

    Raises:
        InputError: a negative factor.

    >>> release_left(1.0), release_left(5.0, a1=False), round(release_left(5.0), 3)
    (1.0, 1.0, 0.893)
    """
    if not (math.isfinite(factor) and factor >= 0):
        raise InputError("factor on resting adenosine", value=factor, expected="0 or more")
    if not a1 or factor == 1:
        return 1.0
    rows = library.parameter_set("interventions")
    basal, half, most = (rows[f"adenosine.{key}"].value for key in ("basal", "half", "most"))
    at_rest, raised = (1 - most * level / (level + half) for level in (basal, factor * basal))
    return raised / at_rest
