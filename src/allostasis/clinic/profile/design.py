"""Design search: affinity and efficacy at each subtype that give a wanted profile at a given occupancy.

Many drugs have the same profile. Of those that meet the bounds, the one is returned that departs least from a ligand without
selectivity and without efficacy:

    minimise  sum_j [(ln K_j - mean ln K) / ln 10]^2 + sum_j (ln c_j)^2

over eight numbers, with the bounds and the mean occupancy as constraints (sequential quadratic programming of scipy, started
from gains that `feasible.search` has found). Efficacy and selectivity stay inside what the library's ligands show.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, logit

from allostasis import library
from allostasis.clinic.profile.activation import closed_odds, gain, subtype_shares
from allostasis.clinic.profile.axes import AXES, SET, circuit
from allostasis.clinic.profile.exposure import read_concentration
from allostasis.clinic.profile.feasible import TOLERANCE, Answer, Room, search
from allostasis.clinic.profile.profile import subtype_profile
from allostasis.clinic.profile.reserve import effects
from allostasis.clinic.profile.target import Target, parse_target
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError, NotModelledError
from allostasis.receptor.ligands import ligand_names

NEARLY = 0.999  # structural: occupancy that a start may have
STEPS = 300  # structural: iterations of the polishing
SHARP = 1e-9  # structural: change of the departure at which it ends, far below that of any effect


@dataclass(frozen=True)
class Design:
    """The answer to a wanted profile.

    Attributes:
        target: what was asked for.
        species, occupancy, concentration: where it was asked: reserve, mean occupancy, unbound brain level [nM].
        feasible: whether the bounds are met (to 0.001 of an effect).
        proved: whether the verdict is proved; False means that the search ended undecided.
        violation: smallest largest violation that was reached, 0 where all bounds are met.
        least_violation: no drug whatever comes below this.
        ligand: one row a subtype: K [nM], c, efficacy, occupancy, gain.
        bounds: one row a bound: axis, relation, bound, effect, violation.
        effects: effect on every axis.
    """

    target: Target
    species: str
    occupancy: float
    concentration: float
    feasible: bool
    proved: bool
    violation: float
    least_violation: float
    ligand: pd.DataFrame
    bounds: pd.DataFrame
    effects: pd.Series

    @property
    def verdict(self) -> str:
        """The answer in one sentence; where bounds conflict it names the one that is violated least among those that are."""
        if self.feasible:
            return f"Feasible: a ligand with these constants meets {self.target} at a mean occupancy of {self.occupancy:.2g}."
        axis, relation, bound, effect, _ = min(
            self.bounds.itertuples(index=False, name=None), key=lambda row: (row[-1] <= TOLERANCE, row[-1])
        )
        told = f"smallest violation: {axis} is {effect:.2f}, wanted {relation}{bound:g}"
        if self.proved:
            return f"Infeasible, proved: no ligand brings the largest violation below {self.least_violation:.2f} ({told})."
        return f"Not decided: the best found violates by {self.violation:.2f} ({told})."


def find_design(
    target: str | Target,
    *,
    occupancy: float | int,
    concentration: Any = "10 nM",
    species: str = "human",
    gaba_uM: float | int | None = None,
) -> Design:
    """Search affinity and efficacy per subtype for a target.

    Args:
        target: bounds such as "anxiolysis>=0.5,sedation<=0.1".
        occupancy: mean occupancy at which they are to hold, above 0 and below 1.
        concentration: unbound brain concentration at which it is reached; it sets the scale of K and nothing else.
        species: whose receptor reserve.
        gaba_uM: GABA level; None takes the phasic level of the chain.

    Raises:
        InputError, UnknownNameError: a target that cannot be read, an occupancy or concentration out of range.

    >>> found = find_design("anxiolysis>=0.5,sedation<=0.1", occupancy=0.5)
    >>> found.feasible, bool(found.ligand.loc["a2", "efficacy"] > 5 * found.ligand.loc["a1", "efficacy"])
    (True, True)
    """
    wanted = parse_target(target) if isinstance(target, str) else target
    if not 0 < occupancy < 1:
        raise InputError("occupancy of a design out of range", value=occupancy, expected="a share above 0 and below 1",
                         fix="write, for example, 0.5")  # fmt: skip
    level = read_concentration(concentration, "the design")
    if level == 0:
        raise InputError("a design at no concentration", value=concentration, fix="write, for example, '10 nM'")
    limits = library.parameter_set(SET)
    room = Room(
        circuit(species), closed_odds(gaba_uM=gaba_uM), subtype_shares(), float(occupancy),
        1 / limits["design.c_lowest"].value - 1, 1 / limits["design.c_highest"].value - 1,
    )  # fmt: skip
    answer = search(wanted, room)
    held, c = _least_departure(wanted, room, answer, limits["design.selectivity"].value)
    gains = gain(held * (1 / c - 1), room.Q)
    found = effects(gains, room.numbers)
    columns = {"K": level * (1 - held) / held, "c": c, "efficacy": 1 / c - 1, "occupancy": held, "gain": gains}
    return Design(
        target=wanted, species=species, occupancy=float(occupancy), concentration=level,
        feasible=answer.feasible, proved=answer.feasible or answer.proved_infeasible,
        violation=max(0.0, float(wanted.worst(found))), least_violation=max(0.0, answer.least),
        ligand=pd.DataFrame(columns, index=list(SUBTYPES)).rename_axis("subtype"),
        bounds=wanted.table(found), effects=pd.Series(found, index=list(AXES), name="effect"),
    )  # fmt: skip


def _least_departure(target: Target, room: Room, answer: Answer, selectivity: float) -> tuple[np.ndarray, np.ndarray]:
    """Occupancy and c per subtype: gains no worse than the answer's, with the least selectivity and efficacy."""
    start_held = _spread(room, answer)
    s = room.needed(answer.gains) * np.where(answer.gains > 0, room.strongest, room.weakest)
    start = np.concatenate([logit(start_held), -np.log1p(s / start_held)])
    allowed = max(0.0, answer.reached)
    lowest, highest, half_width = -np.log1p(room.strongest), -np.log1p(room.weakest), np.log(selectivity) / 2

    def margins(x):
        held, ln_c = expit(x[: len(SUBTYPES)]), x[len(SUBTYPES) :]
        found = effects(gain(held * np.expm1(-ln_c), room.Q), room.numbers)
        return allowed - target.margins(found)[target.asked]

    def departure(x):
        ln_K, ln_c = -x[: len(SUBTYPES)], x[len(SUBTYPES) :]
        return float((((ln_K - ln_K.mean()) / np.log(10)) ** 2).sum() + (ln_c**2).sum())  # structural: tenfold counts 1

    centre = logit(room.occupancy)
    bounds = [(centre - half_width, centre + half_width)] * len(SUBTYPES) + [(lowest, highest)] * len(SUBTYPES)
    mean = {"type": "eq", "fun": lambda x: (expit(x[: len(SUBTYPES)]) * room.shares).sum() - room.occupancy}
    found = minimize(departure, start, method="SLSQP", bounds=bounds, constraints=[mean, {"type": "ineq", "fun": margins}],
                     options={"maxiter": STEPS, "ftol": SHARP})  # fmt: skip
    met = margins(found.x).min() >= -TOLERANCE and abs(mean["fun"](found.x)) < TOLERANCE
    x = found.x if met else start
    return expit(x[: len(SUBTYPES)]), np.exp(x[len(SUBTYPES) :])


def _spread(room: Room, answer: Answer) -> np.ndarray:
    """Occupancies that carry the gains and have the mean that was asked for: what is left over is spread evenly."""
    needed = np.clip(room.needed(answer.gains), 1 - NEARLY, NEARLY)
    spare = room.occupancy - (needed * room.shares).sum()
    free = ((NEARLY - needed) * room.shares).sum()
    return np.clip(needed + max(0.0, spare / free) * (NEARLY - needed), 1 - NEARLY, NEARLY)


def nearest(found: Design, count: int = 5) -> pd.DataFrame:  # structural: rows shown
    """Existing ligands of the library closest to a target and its design: one row each, the smallest violation first.

    Columns: distance (root mean square difference of the effects on the nine axes at the same occupancy), violation (largest
    violation of the target), and the effect on each axis that the target names. Ligands with an unknown subtype are left out.

    >>> near = nearest(find_design("anxiolysis>=0.5,sedation<=0.2", occupancy=0.7))
    >>> {"tpa023", "l-838417"} & set(near.index) != set()
    True
    """
    rows = {}
    for name in ligand_names():
        try:
            profile = subtype_profile(name, occupancy=found.occupancy, species=found.species, draws=1)
        except NotModelledError:
            continue
        if not profile.unknown:
            effect = profile.axes["effect"].to_numpy()
            distance = float(np.sqrt(((effect - found.effects.to_numpy()) ** 2).mean()))
            rows[name] = {"distance": distance, "violation": max(0.0, float(found.target.worst(effect)))}
            rows[name] |= {axis: profile.effect(axis) for axis in np.array(AXES)[found.target.asked].tolist()}
    return pd.DataFrame.from_dict(rows, orient="index").sort_values(["violation", "distance"]).head(count).rename_axis("ligand")
