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
    "modulation_tonic": "subtype", "effect": "effect", "effect_coupling": "effect",
}  # fmt: skip


@dataclass(frozen=True)
class Result:
    """A finished run.

    Attributes:
        data: dims arm, patient, time (end of each output interval [h], 0 first), and moiety, ligand, subtype or effect.
            Variables are named "<port>_<statistic>" with attributes ``unit`` and ``meaning``; ``dose`` [mg] is what each
            interval was given.
        case: the question.
        used: every library parameter behind the run, by qualified name.
        regimens: arm -> canonical regimen text.
        last_dose_h: arm -> end of the last scheduled administration [h].
        provenance: versions, solver, hashes.
        checks: what `check` found, or empty.
    """

    data: xr.Dataset
    case: Case
    used: Mapping[str, Parameter]
    regimens: Mapping[str, str]
    last_dose_h: Mapping[str, float]
    provenance: dict[str, Any]
    checks: dict[str, Any] = field(default_factory=dict)

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


def to_dataset(
    composition: Composition,
    arms: Mapping[str, Mapping[Record, np.ndarray]],
    times: np.ndarray,
    doses: Mapping[str, Mapping[str, np.ndarray]],
) -> xr.Dataset:
    """Label the series of every arm ([outputs, patients] per record)."""
    first = next(iter(arms.values()))
    patients = next(iter(first.values())).shape[1]
    axis_of_time = ("time", times, {"unit": "h", "meaning": "end of the output interval"})
    coords: dict[str, Any] = {"arm": list(arms), "patient": np.arange(patients), "time": axis_of_time}
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in first:
        groups.setdefault((record.port, record.statistic), []).append(record)
    variables = {}
    for (port_name, statistic), group in groups.items():
        port = composition.ports[port_name]
        values = np.stack([np.stack([series[r].T for r in group], axis=-1) for series in arms.values()])
        dims = ["arm", "patient", "time"]
        if port.components:
            axis = COMPONENT_AXES[port_name]
            dims.append(axis)
            coords[axis] = list(port.components)
        else:
            values = values[..., 0]
        unit, meaning = (port.unit, f"{port.meaning}, {statistic} over the interval")
        if statistic == "time_of_max":
            unit, meaning = "h", f"time of the maximum of {port.meaning}"
        variables[f"{port_name}_{statistic}"] = (dims, values, {"unit": unit, "meaning": meaning})
    drugs = sorted({drug for given in doses.values() for drug in given})
    if drugs:
        coords["drug"] = drugs
        table = np.stack(
            [np.stack([given.get(d, np.zeros(len(times))) for d in drugs], axis=-1) for given in doses.values()]
        )
        variables["dose"] = (
            ["arm", "time", "drug"],
            table,
            {"unit": "mg", "meaning": "scheduled dose given in the interval"},
        )
    return xr.Dataset(variables, coords)
