"""The series of a study of status epilepticus as labelled arrays, and as tables of medians."""

import numpy as np
import pandas as pd
import xarray as xr
from jaxtyping import Float

from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.study.se_outcome import power_over_baseline
from allostasis.study.status_epilepticus import Course, Study

COMPONENTS = {"surface": "subtype", "modulation_phasic": "subtype", "unbound_brain": "ligand"}


def dataset(study: Study) -> xr.Dataset:
    """Every kept series: dims protocol, patient, minute, with subtype or ligand where a port has components.

    Minutes count from the first treatment on; those before it stand under ``before_<port>`` with dims patient, onset_minute.
    """
    first = study.courses[0]
    ports = study.system.composition.ports
    coords: dict = {
        "protocol": [c.protocol.name for c in study.courses], "patient": np.flatnonzero(study.enrolled),
        "minute": ("minute", first.minutes, {"unit": "min", "meaning": "from the first treatment on"}),
        "onset_minute": ("onset_minute", minutes_before(study), {"unit": "min", "meaning": "from the first treatment on"}),
    }  # fmt: skip
    variables: dict = {}
    for name in dict.fromkeys(record.port for record in first.series):
        parts = range(len(ports[name].components)) if ports[name].components else [None]
        attributes = {"unit": ports[name].unit, "meaning": ports[name].meaning}
        after = np.stack([np.stack([c.port(name, k) for c in study.courses]) for k in parts], axis=-1)
        before = np.stack([before_port(study, name, k) for k in parts], axis=-1)
        dims, more = ["protocol", "patient", "minute"], []
        if ports[name].components:
            more = [COMPONENTS[name]]
            coords[more[0]] = list(ports[name].components)
        else:
            after, before = after[..., 0], before[..., 0]
        variables[name] = ([*dims, *more], after, attributes)
        variables[f"before_{name}"] = (["patient", "onset_minute", *more], before, attributes)
    power = np.stack([power_over_baseline(c) for c in study.courses])
    variables["eeg_power"] = (["protocol", "patient", "minute"], power, {"unit": "1", "meaning": "EEG power over baseline"})
    return xr.Dataset(variables, coords)


def minutes_before(study: Study) -> Float[np.ndarray, " minutes"]:
    """Minutes before the first treatment, up to 0: -29, -28 ... 0 for a delay of half an hour."""
    return np.arange(1.0 - study.setting.delay_min, 1.0)


def before_port(study: Study, name: str, component: int | None = None) -> Float[np.ndarray, "patients minutes"]:
    """A kept port from onset to the first treatment, of those enrolled."""
    return next(v for r, v in study.before.items() if r.port == name and r.component == component).T


def share_seizing(course: Course) -> Float[np.ndarray, " minutes"]:
    """Share of the patients with a seizure at each minute."""
    return (course.activity >= STOPPED).mean(axis=0)


def courses_table(study: Study) -> pd.DataFrame:
    """One row per protocol and minute: share with a seizure, medians of what moves."""
    weight = np.asarray(study.system.parameters["acute_balance"]["weight"], float)
    rows = []
    for course in study.courses:
        surface = sum(w * course.port("surface", k) for k, w in enumerate(weight)) / weight.sum()
        ports = {name: course.port(name) for name in ("nmda", "ampa", "driving_force", "e_gaba", "log_imbalance")}
        medians = {name: np.median(values, axis=0) for name, values in ({"surface": surface} | ports).items()}
        table = pd.DataFrame({
            "protocol": course.protocol.name, "minute": course.minutes, "share_seizing": share_seizing(course),
            **{f"{name}_median": values for name, values in medians.items()},
            "eeg_power_median": np.median(power_over_baseline(course), axis=0),
        })  # fmt: skip
        rows.append(table)
    return pd.concat(rows, ignore_index=True)
