"""The Submodel contract, composition by ports, and two integrators over the same equations.

The reference integrator is `allostasis.model.reference`: imported on its own, since its library takes long to load.
"""

from allostasis.model.composition import Composition
from allostasis.model.contract import (
    AbstractAlgebraic,
    AbstractLinear,
    AbstractRelaxation,
    AbstractSubmodel,
    Example,
    Port,
    State,
)
from allostasis.model.integrate import Cancelled, Rule, Solver, integrate
from allostasis.model.recording import Record, records

__all__ = [
    "AbstractAlgebraic",
    "AbstractLinear",
    "AbstractRelaxation",
    "AbstractSubmodel",
    "Cancelled",
    "Composition",
    "Example",
    "Port",
    "Record",
    "Rule",
    "Solver",
    "State",
    "integrate",
    "records",
]
