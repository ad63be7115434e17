"""Virtual patients: between-subject spread of the library turned into factors on parameters."""

import hashlib
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from allostasis.clinic.simulate import readouts
from allostasis.quantity import InputError
from allostasis.simulation import Case
from allostasis.simulation.assemble import System
from allostasis.simulation.simulate import arm_regimens, case_system

NOT_SAMPLED = ("balance.seizure_threshold",)
"""The spread of thresholds is already inside the modelled seizure probability of each patient."""


def sample_factors(case: Case, patients: int, seed: int) -> dict[str, Float[np.ndarray, "patients"]]:
    """Log-normal factors with median 1 for every parameter of the case that has a between-subject spread.

    Each parameter has its own random stream, derived from the seed and the parameter's name, so a patient's clearance does not
    change when another drug joins the case. Parameters are independent: correlations are not in the library.

    Args:
        case: the case.
        patients: how many.
        seed: any non-negative integer.

    Raises:
        InputError: patients or seed is no whole number; fewer than one patient; a negative seed.

    >>> from allostasis.simulation import parse_case
    >>> case = parse_case({"title": "t", "horizon": "7 d", "arm": [{"name": "a", "regimen": "lorazepam 1 mg po bid for 3 d"}]})
    >>> sorted(sample_factors(case, 2, seed=1))
    ['exposure.lorazepam.CL', 'exposure.lorazepam.V1', 'nmda.tau_down', 'set_point.tau', 'subunit_switch.tau_down']
    """
    return spread_factors(case_system(case, arm_regimens(case), readouts()), patients, seed)


def spread_factors(system: System, patients: int, seed: int) -> dict[str, Float[np.ndarray, " patients"]]:
    """Log-normal factors for every parameter of a composed chain that has a between-subject spread; see `sample_factors`.

    Raises:
        InputError: patients or seed is no whole number; fewer than one patient; a negative seed.
    """
    check_whole("number of patients", patients, 1)
    check_whole("seed", seed, 0)
    factors = {}
    for name, parameter in system.used.items():
        submodel, _, key = name.partition(".")
        spread = parameter.log_spread
        if not spread or name in NOT_SAMPLED or key not in system.parameters.get(submodel, {}):
            continue
        factors[name] = np.exp(spread * stream(seed, name).standard_normal(patients))
    return factors


def stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of one name: the same whatever else is drawn."""
    return np.random.default_rng([seed, int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")])


def join_factors(*groups: Mapping[str, Float[np.ndarray, " patients"]]) -> dict[str, Float[np.ndarray, " patients"]]:
    """Product of several groups of factors, parameter by parameter: covariates and the spread that is left beside them.

    >>> join_factors({"a": np.array([2.0])}, {"a": np.array([3.0]), "b": np.array([5.0])})["a"]
    array([6.])
    """
    joined: dict[str, Float[np.ndarray, " patients"]] = {}
    for group in groups:
        for name, factor in group.items():
            joined[name] = joined[name] * factor if name in joined else factor
    return joined


def check_whole(what: str, value: object, least: int) -> None:
    """Refuse what is no whole number, or too small a one.

    Raises:
        InputError: with the value and what was expected.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise InputError(what, value=value, expected=f"a whole number, {least} or more")
