"""The Submodel contract, composition by ports, and two integrators over the same equations.

The reference integrator is `allostasis.model.reference`: imported on its own, since its library takes long to load.
"""

from allostasis.model.composition import Composition
from allostasis.model.continuation import Continuation, Instant, prepare_run, select
from allostasis.model.contract import (
    AbstractAlgebraic,
    AbstractLinear,
    AbstractRelaxation,
    AbstractSubmodel,
    Example,
    Port,
    State,
)
from allostasis.model.inputs import Rule, Solver
from allostasis.model.integrate import Cancelled, integrate
from allostasis.model.recording import Record, records

__all__ = [
    "AbstractAlgebraic",
    "AbstractLinear",
    "AbstractRelaxation",
    "AbstractSubmodel",
    "Cancelled",
    "Composition",
    "Continuation",
    "Example",
    "Instant",
    "Port",
    "Record",
    "Rule",
    "Solver",
    "State",
    "integrate",
    "prepare_run",
    "records",
    "select",
]
