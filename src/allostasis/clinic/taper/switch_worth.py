"""What the dose of a new drug may be worth: twofold errors, and draws from the distribution over the published tables.

The tablets are fixed, so what is uncertain is not the dose but what it is worth. A worth of r makes the new drug's dose act like
r times that dose of a drug that is worth what the chain assumes: the affinity in vivo of the new drug, and of those of its
metabolites that the old one does not form, is divided by r (occupancy depends on C/K alone, so with linear kinetics the two are
the same). The old drug keeps its own: it made the person dependent, and a switch cannot change by how much.

    r = (d_old / e_old) (e_new / d_new)

d: mg that stand for 10 mg of diazepam, drawn; e: its median.
"""

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.equivalence import equivalence, equivalent_drugs, sample
from allostasis.library.reach import closure
from allostasis.quantity import NotModelledError
from allostasis.simulation import Case
from allostasis.simulation.simulate import arm_regimens, case_system


def twofold() -> tuple[float, float, float]:
    """An error of the library's fold downwards, none, and the same upwards.

    >>> twofold()
    (0.5, 1.0, 2.0)
    """
    fold = library.parameter_set("taper")["switch.error"].value
    return 1 / fold, 1.0, fold


def worth_draws(drug: str, to: str, n: int, seed: int) -> Float[np.ndarray, " n"]:
    """Draw what the dose of a new drug is worth, over the median of the tables; none where a drug is in no table.

    The two drugs are drawn independently of each other, as `equivalence.convert` takes them.

    Raises:
        InputError: a negative number of draws.

    >>> worth_draws("lorazepam", "diazepam", 3, seed=1).round(2), worth_draws("lorazepam", "phenobarbital", 3, seed=1)
    (array([1.06, 1.16, 1.06]), array([], dtype=float64))
    """
    if not {drug, to} <= set(equivalent_drugs()):
        return np.empty(0)
    old, new = sample(drug, n, seed) / equivalence(drug).median_mg, sample(to, n, seed + 1) / equivalence(to).median_mg
    return old / new


def affinities_apart(case: Case, drug: str, to: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Affinities that a new drug brings and an old one does not.

    Args:
        case: in which both are given.
        drug: the old one.
        to: the new one.

    Returns:
        Parameters of the receptor, such as "receptor.K.diazepam"; and active substances that both drugs bring.

    Raises:
        NotModelledError: a drug without a benzodiazepine site, or a new drug without anything active of its own.
    """
    held = case_system(case, arm_regimens(case)).parameters.get("receptor", {})
    ligands = [name.removeprefix("K.") for name in held if name.startswith("K.") and name.count(".") == 1]
    old, new = ([ligand for ligand in ligands if ligand in closure([name])] for name in (drug, to))
    for name, found in ((drug, old), (to, new)):
        if not found:
            raise NotModelledError(f"a switch from or to {name}, which has no benzodiazepine site in this model")
    own = tuple(f"receptor.K.{ligand}" for ligand in new if ligand not in old)
    if not own:
        raise NotModelledError(
            f"an error of the equivalent dose in a switch from {drug} to {to}, which brings no active substance of its own",
            fix="simulate the switch as a case, for the doses as they are",
        )
    return own, tuple(ligand for ligand in new if ligand in old)
