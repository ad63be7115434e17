"""Exact concentrations of linear pharmacokinetics at given times: superposition of matrix exponentials on the host."""

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.model.exponential import propagator, reach
from allostasis.patient import Patient
from allostasis.quantity import InputError
from allostasis.simulation.assemble import System, assemble
from allostasis.validation.observed.dosing import Input
from allostasis.validation.observed.folds import SMALLEST
from allostasis.validation.observed.selection import Study
from allostasis.validation.observed.skip import Skip

NG_PER_ML = 1e-3  # structural: nM x g/mol = ng/L
LARGEST_DOSE_MG = 1e5  # structural: 100 g of any of these drugs is a slip of the unit or of the pen


class Predictor:
    """Predicts plasma concentrations; keeps the systems that it has assembled."""

    def __init__(self):
        self._systems: dict[tuple, System] = {}

    def concentrations(self, study: Study, times: Float[np.ndarray, " times"]) -> Float[np.ndarray, " times"]:
        """Total plasma concentration of the analyte [ng/mL] at ``times`` [h], on the time axis of the doses.

        A concentration at the instant of a bolus is the one before it. Exactly 0 is said only where no dose has begun to
        act, lag included; later, what falls below the smallest number is that number (`folds.SMALLEST`).

        Raises:
            Skip: the library cannot assemble the model (body weight out of range, numbers missing), or a dose is absurd.
        """
        largest = max(dose.amount_mg for dose in study.inputs)
        if largest > LARGEST_DOSE_MG:
            raise Skip("dosing", f"{largest:g} mg is not a plausible dose: above {LARGEST_DOSE_MG:g} mg")
        system = self._system(study)
        exposure = system.composition.linear
        assert exposure is not None
        prepared = exposure.prepare(system.parameters["exposure"])
        matrix = np.asarray(exposure.matrix(prepared), float)
        central = [state.name for state in exposure.states].index(f"{study.analyte}.central")
        upstream = np.flatnonzero(reach(matrix != 0)[central])  # the rest cannot change the answer
        matrix, central = matrix[np.ix_(upstream, upstream)], int(np.searchsorted(upstream, central))
        amount, begun = np.zeros(len(times)), np.zeros(len(times), bool)
        for dose in study.inputs:
            direct = library.drug(study.drug).routes[dose.route].ka is None
            site = "iv" if direct else dose.route
            unit = np.asarray(exposure.dose_vector(study.drug, site, prepared), float)[upstream]
            start = dose.time_h + system.lags.get((study.drug, dose.route), 0.0)
            amount += _response(matrix, unit, dose, times - start)[:, central]
            begun |= times > start
        to_mass = float(prepared[f"{study.analyte}.molar_mass"]) * NG_PER_ML
        concentration = amount * float(prepared[f"{study.analyte}.inverse_V1"]) * to_mass
        return np.where(begun, np.maximum(concentration, SMALLEST), concentration)

    def _system(self, study: Study) -> System:
        pairs = tuple(sorted({(study.drug, dose.route) for dose in study.inputs}))
        key = (pairs, study.weight_kg)
        if key not in self._systems:
            try:
                self._systems[key] = assemble(pairs, Patient(study.weight_kg))
            except InputError as error:
                raise Skip("model", str(error)) from error
        return self._systems[key]


def _response(
    matrix: Float[np.ndarray, "n n"],
    unit: Float[np.ndarray, " n"],
    dose: Input,
    since: Float[np.ndarray, " times"],
) -> Float[np.ndarray, "times n"]:
    """Amounts in every compartment [nmol], ``since`` h after the start of one dose; zero up to the start."""
    if dose.duration_h == 0:
        return dose.amount_mg * _advance(matrix, unit, since) * (since > 0)[:, None]
    n = len(unit)
    augmented = np.zeros((n + 1, n + 1))  # the input as one more state that stays 1
    augmented[:n, :n], augmented[:n, n] = matrix, unit * dose.amount_mg / dose.duration_h
    one = np.append(np.zeros(n), 1.0)
    running = _advance(augmented, one, np.clip(since, 0.0, dose.duration_h))[:, :n]
    at_end = _advance(augmented, one, np.array([dose.duration_h]))[0, :n]
    after = _advance(matrix, at_end, np.maximum(since - dose.duration_h, 0.0))
    return np.where((since > dose.duration_h)[:, None], after, running)


def _advance(
    matrix: Float[np.ndarray, "n n"], start: Float[np.ndarray, " n"], lasting: Float[np.ndarray, " times"]
) -> Float[np.ndarray, "times n"]:
    """exp(A t) x for each duration t."""
    stack = matrix[None, :, :] * np.maximum(lasting, 0.0)[:, None, None]
    return propagator(stack, 1.0) @ start
