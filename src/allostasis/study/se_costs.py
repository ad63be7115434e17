"""Costs of the protocols of a study: what `clinic.status_epilepticus.costs` says of every individual's course."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from allostasis.clinic.status_epilepticus.costs import COSTS, Cost, cost_probability, drug_load, missing
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.quantity import InputError
from allostasis.study.status_epilepticus import Course, Study


def levels(study: Study, course: Course) -> Mapping[str, Float[np.ndarray, "patients minutes"]]:
    """Unbound level in brain of every substance that is there [nM]."""
    names = study.system.composition.ports["unbound_brain"].components
    found = {name: course.port("unbound_brain", k) for k, name in enumerate(names)}
    return {name: values for name, values in found.items() if np.any(values > 0)}


def seizing_min(course: Course) -> Float[np.ndarray, " patients"]:
    """Minutes with a seizure from the first treatment on."""
    return (course.activity >= STOPPED).sum(axis=1).astype(float)


def costs(study: Study, course: Course) -> dict[str, Cost]:
    """Every cost of one protocol, from its course.

    Raises:
        InputError: a study in animals; the numbers are those of man.
    """
    if study.setting.preparation != "human":
        raise InputError("costs of treatment", value=study.setting.preparation, expected="a study in man")
    there, seizing = levels(study, course), seizing_min(course)
    return {
        name: Cost(
            name, cost_probability(name, drug_load(name, there, len(seizing)), seizing), missing(name, tuple(course.doses_mg))
        )
        for name in COSTS
    }
