"""Concentrations at given times on the host: superposition of matrix exponentials, or intervals where clearances vary."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.exposure import CompartmentModel
from allostasis.exposure.first_pass import bypass_route, formed_by_first_pass, saturated_share
from allostasis.model.exponential import propagator, reach
from allostasis.quantity import InputError
from allostasis.simulation.assemble import System, assemble
from allostasis.validation.observed import varying
from allostasis.validation.observed.dosing import Input
from allostasis.validation.observed.folds import SMALLEST
from allostasis.validation.observed.selection import Study
from allostasis.validation.observed.skip import Skip
from allostasis.validation.observed.varying import Event

NG_PER_ML = 1e-3  # structural: nM x g/mol = ng/L
LONGEST_H = 5 * 8766.0  # structural: five years, longer than any study: such a time is a slip of the unit or of the pen
LARGEST_DOSE_MG = 1e5  # structural: 100 g of any of these drugs is a slip of the unit or of the pen


class Predictor:
    """Predicts plasma concentrations; keeps the systems that it has assembled.

    Args:
        overrides: "submodel.name" -> value in the unit of the chain, in place of the library's (a calibration tries values).
    """

    def __init__(self, overrides: Mapping[str, float] | None = None):
        self.overrides = dict(overrides or {})
        self._systems: dict[tuple, System] = {}

    def changed(self, overrides: Mapping[str, float]) -> "Predictor":
        """A predictor with other values that shares the assembled systems of this one."""
        other = Predictor(overrides)
        other._systems = self._systems
        return other

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
        parameters = self._parameters(system)
        exposure = system.composition.linear
        assert isinstance(exposure, CompartmentModel)
        prepared = exposure.prepare(parameters["exposure"])
        events, begin = [], np.inf
        for drug, dose in [(study.drug, dose) for dose in study.inputs] + list(study.comedication):
            for site, mg, start, duration in self._sites(system, drug, dose):
                vector = np.asarray(exposure.dose_vector(drug, site, prepared), float)
                events.append(Event(vector * mg, start, duration))
                begin = min(begin, start) if drug == study.drug else begin
        if exposure.varies:
            _check_span(events, times)
            watched = [dose.time_h for dose in study.inputs]
            parts = [s for s in system.composition.submodels if s.name in ("enzymes", "clearance")]
            parts.sort(key=lambda s: s.name, reverse=True)
            amounts = varying.concentrations((exposure, *parts), parameters, events, times, watched, study.analyte)
        else:
            amounts = _linear(exposure, prepared, events, times, study.analyte)
        begun = times > begin
        to_mass = float(prepared[f"{study.analyte}.molar_mass"]) * NG_PER_ML
        concentration = amounts * float(prepared[f"{study.analyte}.inverse_V1"]) * to_mass
        return np.where(begun, np.maximum(concentration, SMALLEST), concentration)

    def _lag(self, system: System, drug: str, route: str) -> float:
        return self.overrides.get(f"exposure.{drug}.{route}.Tlag", system.lags.get((drug, route), 0.0))

    def _sites(self, system: System, drug: str, dose: Input) -> list[tuple[str, float, float, float]]:
        """(site, mg, start [h], duration [h]) of what a dose puts where; a part meets a saturated first pass."""
        route = library.drug(drug).routes[dose.route]
        if route.ka is None:
            return [("iv", dose.amount_mg, dose.time_h, dose.duration_h)]
        start = dose.time_h + self._lag(system, drug, dose.route)
        if route.D50 is None:
            return [(dose.route, dose.amount_mg, start, dose.duration_h)]
        share = saturated_share(
            dose.amount_mg, self.overrides.get(f"exposure.{drug}.{dose.route}.D50", route.D50.value)
        )
        return [
            (dose.route, dose.amount_mg * (1 - share), start, dose.duration_h),
            (bypass_route(dose.route), dose.amount_mg * share, start, dose.duration_h),
        ]

    def _parameters(self, system: System) -> dict[str, dict[str, Any]]:
        if not self.overrides:
            return system.parameters
        result = {name: dict(values) for name, values in system.parameters.items()}
        for key, value in self.overrides.items():
            submodel, _, name = key.partition(".")
            if name in result.get(submodel, {}):
                result[submodel][name] = value * self._scale(system, submodel, name)
        self._saturated(system, result["exposure"])
        return result

    def _saturated(self, system: System, values: dict[str, Any]) -> None:
        """Let the part of a dose that meets a saturated first pass follow F_max and what first pass forms."""
        assert isinstance(system.composition.linear, CompartmentModel)
        for drug, route, formed, _ in system.composition.linear.depots:
            by = f"{drug}.{bypass_route(route)}"
            if f"{by}.F" not in values:
                continue
            most = values[f"{by}.F"] = self.overrides.get(f"exposure.{drug}.{route}.F_max", values[f"{by}.F"])
            for metabolite in formed:
                key = f"first_pass.{metabolite}"
                small, f = values[f"{drug}.{route}.{key}"], values[f"{drug}.{route}.F"]
                values[f"{by}.{key}"] = formed_by_first_pass(small, f, most)

    def _scale(self, system: System, submodel: str, name: str) -> float:
        """What the patient does to a parameter of the library."""
        row = system.used.get(f"{submodel}.{name}")
        return system.parameters[submodel][name] / row.value if row is not None and submodel == "exposure" else 1.0

    def _system(self, study: Study) -> System:
        pairs = {(study.drug, dose.route) for dose in study.inputs}
        pairs |= {(drug, dose.route) for drug, dose in study.comedication}
        key = (tuple(sorted(pairs)), study.patient)
        if key not in self._systems:
            try:
                self._systems[key] = assemble(sorted(pairs), study.patient)
            except InputError as error:
                raise Skip("model", str(error)) from error
        return self._systems[key]


def _check_span(events: list[Event], times: np.ndarray) -> None:
    """Refuse a span that no grid could follow; where nothing varies there is no grid."""
    instants = np.concatenate([times, [x for e in events for x in (e.start, e.start + e.duration)]])
    span = float(instants.max() - instants.min())
    if not span <= LONGEST_H:
        raise Skip("dosing", f"doses and samples span {span:g} h: more than {LONGEST_H:g} h is no study")


def _linear(
    exposure: CompartmentModel, prepared: Any, events: list[Event], times: np.ndarray, analyte: str
) -> Float[np.ndarray, " times"]:
    """Amount of the analyte, by superposition of the responses to each dose; only states that can reach it are advanced."""
    matrix = np.asarray(exposure.matrix(prepared), float)
    central = [state.name for state in exposure.states].index(f"{analyte}.central")
    upstream = np.flatnonzero(reach(matrix != 0)[central])  # the rest cannot change the answer
    part = matrix[np.ix_(upstream, upstream)]
    wanted, amounts = int(np.searchsorted(upstream, central)), np.zeros(len(times))
    for event in events:
        amounts += _response(part, event.change[upstream], event.duration, times - event.start)[:, wanted]
    return amounts


def _response(
    matrix: Float[np.ndarray, "n n"],
    change: Float[np.ndarray, " n"],
    lasting: float,
    since: Float[np.ndarray, " times"],
) -> Float[np.ndarray, "times n"]:
    """Amounts in every compartment [nmol], ``since`` h after the start of one dose; zero up to the start."""
    if lasting == 0:
        return _advance(matrix, change, since) * (since > 0)[:, None]
    n = len(change)
    augmented = np.zeros((n + 1, n + 1))  # the input as one more state that stays 1
    augmented[:n, :n], augmented[:n, n] = matrix, change / lasting
    one = np.append(np.zeros(n), 1.0)
    running = _advance(augmented, one, np.clip(since, 0.0, lasting))[:, :n]
    at_end = _advance(augmented, one, np.array([lasting]))[0, :n]
    after = _advance(matrix, at_end, np.maximum(since - lasting, 0.0))
    return np.where((since > lasting)[:, None], after, running)


def _advance(
    matrix: Float[np.ndarray, "n n"], start: Float[np.ndarray, " n"], lasting: Float[np.ndarray, " times"]
) -> Float[np.ndarray, "times n"]:
    """exp(A t) x for each duration t."""
    stack = matrix[None, :, :] * np.maximum(lasting, 0.0)[:, None, None]
    return propagator(stack, 1.0) @ start
