"""The Submodel contract, composition by ports, and two integrators over the same equations."""

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
from allostasis.model.reference import Input, Trajectory, reference

__all__ = [
    "AbstractAlgebraic",
    "AbstractLinear",
    "AbstractRelaxation",
    "AbstractSubmodel",
    "Cancelled",
    "Composition",
    "Example",
    "Input",
    "Port",
    "Record",
    "Rule",
    "Solver",
    "State",
    "Trajectory",
    "integrate",
    "records",
    "reference",
]
