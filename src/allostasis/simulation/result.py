"""What a run gives back: labelled arrays with units, and where every number came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from allostasis.model import Composition, Record
from allostasis.quantity import Parameter
from allostasis.simulation.case import Case

COMPONENT_AXES = {
    "plasma": "moiety", "unbound_brain": "ligand", "occupancy": "subtype", "modulation_phasic": "subtype",
    "modulation_tonic": "subtype", "effect": "effect", "symptom_cluster": "cluster", "phosphatase_drive": "subtype",
    "coupling": "subtype", "clustered": "subtype", "synthesis": "subtype", "surface": "subtype", "total": "subtype",
    "working_receptors": "subtype",
}  # fmt: skip


@dataclass(frozen=True)
class Result:
    """A finished run.

    Attributes:
        data: dims arm, patient, time (end of each output interval [h], 0 first), and moiety, ligand, subtype or effect.
            Variables are named "<port>_<statistic>" with attributes ``unit`` and ``meaning``; ``dose`` [mg] is what was
            scheduled in each interval, ``rule_dose`` [mg] what dosing rules gave to each patient.
        case: the question.
        used: every library parameter behind the run, by qualified name.
        regimens: arm -> canonical regimen text.
        last_dose_h: arm -> end of the last scheduled administration [h].
        provenance: versions, solver, hashes.
        checks: what `check` found, or empty.
        notes: what a reader must know about this run, such as a step too long for its doses.
    """

    data: xr.Dataset
    case: Case
    used: Mapping[str, Parameter]
    regimens: Mapping[str, str]
    last_dose_h: Mapping[str, float]
    provenance: dict[str, Any]
    checks: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_dataframe(self):
        """Scalar series as a long pandas table: one row per arm, patient and time."""
        scalar = [name for name, v in self.data.data_vars.items() if set(v.dims) == {"arm", "patient", "time"}]
        return self.data[scalar].to_dataframe().reset_index()

    def cite(self) -> list[str]:
        """Bibliography entries behind the parameters of this run, sorted."""
        from allostasis import library

        works = library.bibliography()
        ids = sorted({p.source for p in self.used.values() if p.source})
        return [f"{works[i].citation} ({works[i].locator})" for i in ids]

    def save(self, folder: str | Path) -> Path:
        """Write the series as a Zarr store ``results.zarr`` in ``folder`` and return its path."""
        path = Path(folder) / "results.zarr"
        self.data.to_zarr(path, mode="w", consolidated=False)
        return path


@dataclass(frozen=True)
class Store:
    """The arrays of a result, allocated once and filled in place by the integrator, so that nothing is copied.

    Attributes:
        arrays: "<port>_<statistic>" -> array [arm, patient, time] or [arm, patient, time, component].
        places: record -> (variable, component index or None).
    """

    arrays: dict[str, np.ndarray]
    places: dict[Record, tuple[str, int | None]]

    def arm(self, index: int) -> dict[Record, np.ndarray]:
        """Views [time, patient] of one arm, one per record."""
        views = {}
        for record, (variable, component) in self.places.items():
            whole = self.arrays[variable][index]
            views[record] = (whole if component is None else whole[..., component]).T
        return views


def allocate(composition: Composition, records: tuple[Record, ...], arms: int, patients: int, times: int) -> Store:
    """Room for every record: float64 for up to 128 patients, float32 for more."""
    dtype = np.float64 if patients <= LARGE else np.float32
    arrays: dict[str, np.ndarray] = {}
    places: dict[Record, tuple[str, int | None]] = {}
    for record in records:
        variable, components = f"{record.port}_{record.statistic}", composition.ports[record.port].components
        if variable not in arrays:
            shape = (arms, patients, times) + ((len(components),) if components else ())
            arrays[variable] = np.empty(shape, dtype)
        places[record] = (variable, record.component)
    return Store(arrays, places)


def to_dataset(
    composition: Composition,
    store: Store,
    arms: list[str],
    times: np.ndarray,
    doses: Mapping[str, Mapping[str, np.ndarray]],
    by_rule: Mapping[str, Mapping[str, np.ndarray]],
) -> xr.Dataset:
    """Label the arrays of a store, and the doses given in each interval: scheduled ones, and what dosing rules gave."""
    patients = next(iter(store.arrays.values())).shape[1]
    axis_of_time = ("time", times, {"unit": "h", "meaning": "end of the output interval"})
    coords: dict[str, Any] = {"arm": arms, "patient": np.arange(patients), "time": axis_of_time}
    variables = {}
    for record, (variable, _) in store.places.items():
        port, dims = composition.ports[record.port], ["arm", "patient", "time"]
        if port.components:
            axis = COMPONENT_AXES[port.name]
            dims.append(axis)
            coords[axis] = list(port.components)
        unit, meaning = (
            port.unit,
            f"{port.meaning}, {record.statistic} of the samples at the end of each step in the interval",
        )
        if record.statistic == "time_of_max":
            unit, meaning = "h", f"time of the maximum of {port.meaning}"
        variables[variable] = (dims, store.arrays[variable], {"unit": unit, "meaning": meaning})
    drugs = sorted({drug for given in (*doses.values(), *by_rule.values()) for drug in given})
    if drugs:
        coords["drug"] = drugs
        empty = np.zeros(len(times))
        table = np.stack([np.stack([given.get(d, empty) for d in drugs], axis=-1) for given in doses.values()])
        attributes = {"unit": "mg", "meaning": "scheduled dose given in the interval"}
        variables["dose"] = (["arm", "time", "drug"], table, attributes)
    if any(by_rule.values()):
        empty = np.zeros((patients, len(times)))
        table = np.stack([np.stack([given.get(d, empty) for d in drugs], axis=-1) for given in by_rule.values()])
        attributes = {"unit": "mg", "meaning": "dose given by dosing rules in the interval"}
        variables["rule_dose"] = (["arm", "patient", "time", "drug"], table, attributes)
    return xr.Dataset(variables, coords)


LARGE = 128
"""Above this many patients the series are kept in float32: their spread is far above its rounding."""
