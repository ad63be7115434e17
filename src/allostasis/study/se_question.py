"""A question of PROTOCOL.toml, simulated."""

import json
import platform
import threading
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from allostasis.clinic.status_epilepticus.question import Question
from allostasis.simulation.acute import solver_of
from allostasis.simulation.simulate import parameter_hash
from allostasis.study.status_epilepticus import Setting, Study, run_study

PACKAGES = ("allostasis", "jax", "equinox", "numpy", "scipy", "xarray")


def setting(question: Question) -> Setting:
    """Who has the seizure, and when treatment begins."""
    human = question.preparation == "human"
    person = question.person if human else None
    return Setting(
        question.preparation, question.delay_min, question.horizon_min, severity=question.severity,
        individuals=question.individuals, seed=question.seed, weight_kg=float(person.weight_kg) if person else 1.0,
        patient=person, without=tuple(question.model.without), affinity=question.model.affinity,
    )  # fmt: skip


def run_question(
    question: Question, *, cancel: threading.Event | None = None, on_progress: Callable[[float], None] | None = None
) -> Study:
    """Simulate every protocol of a question in the same individuals.

    Args:
        question: a checked one.
        cancel: set it to stop.
        on_progress: called with the share done, 0 to 1.

    Raises:
        InputError: nobody has a seizure at the first treatment.
        Cancelled: `cancel` was set.
    """
    return run_study(question.protocols, setting(question), cancel=cancel, on_progress=on_progress)


def record(question: Question, study: Study) -> dict[str, Any]:
    """What `run.json` keeps: how the study was made, and the source of every number behind it."""
    from allostasis import library

    works, own = library.bibliography(), solver_of(study.setting.preparation)
    parameters = {}
    for name, p in sorted(study.system.used.items()):
        work = works.get(p.source)
        parameters[name] = {
            "value": p.value, "unit": p.unit, "low": p.low, "high": p.high, "kind": p.kind, "status": p.status,
            "source": p.source, "citation": work.citation if work else "", "locator": p.locator or (work.locator if work else ""),
            "note": p.note,
        }  # fmt: skip
    return {
        "versions": {"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
        "solver": {
            "step_h": own.step, "steps_per_output": own.steps_per_output, "dtype": own.dtype,
            "substeps": {own.fast.submodel: own.fast.substeps} if own.fast else {},
        },
        "parameter_hash": parameter_hash(study.system),
        "seed": question.seed,
        "individuals": question.individuals,
        "enrolled": int(study.enrolled.sum()),
        "protocols": {p.name: p.text() for p in question.protocols},
        "question": json.loads(question.model_dump_json()),
        "parameters": parameters,
    }  # fmt: skip
