"""Detailed balance of a kinetic scheme, cycle by cycle."""

import numpy as np

from allostasis.receptor.gating import Kinetics


def cycle_imbalance(model: Kinetics, gaba: float | int = 1.0, lane: int = 0) -> dict[tuple[str, ...], float]:
    """Kolmogorov criterion: ln(product of rates one way round / the other way) for a basis of all cycles; 0 is balance.

    Detailed balance holds on every cycle if it holds on these. Modulators enter as factors on rates, their binding is no
    state here: a factor on all flips, or on all closings, occurs once in either direction of each cycle, so balance in
    GABA is kept; the energy that pays for the factor is the modulator's preference for a state, as in the equilibrium model.

    Returns:
        cycle (states in order) -> log ratio; infinite where an arrow has no way back.
    """
    matrix = model.matrix(gaba, lane)
    names, n = model.names, len(model.names)
    parent: dict[int, int | None] = {}
    edges = [(i, j) for i in range(n) for j in range(i + 1, n) if matrix[i, j] > 0 or matrix[j, i] > 0]
    chords = []
    for root in range(n):
        if root in parent:
            continue
        parent[root], waiting = None, [root]
        while waiting:
            here = waiting.pop(0)
            for i, j in edges:
                other = j if i == here else i if j == here else None
                if other is not None and other not in parent:
                    parent[other] = here
                    waiting.append(other)
    chords = [(i, j) for i, j in edges if parent[i] != j and parent[j] != i]

    def path(state: int | None) -> list[int]:
        found = []
        while state is not None:
            found.append(state)
            state = parent[state]
        return found

    result = {}
    for i, j in chords:
        up, down = path(i), path(j)
        while len(up) > 1 and len(down) > 1 and up[-2] == down[-2]:
            up.pop()
            down.pop()
        loop = up + down[-2::-1]
        pairs = list(zip(loop, loop[1:] + loop[:1], strict=True))
        with np.errstate(divide="ignore"):
            logs = np.log([matrix[a, b] for a, b in pairs]) - np.log([matrix[b, a] for a, b in pairs])
        result[tuple(names[state] for state in loop)] = float(logs.sum())
    return result
