"""Print a composition as SBML level 3 version 2: the same equations for any other simulator.

The right-hand side is traced by JAX and printed, so there is one definition of every equation. Doses stay outside of the model: the
host adds `dose_per_mg` x mg to the states between two calls, and sets the ``infusion__...`` parameters during an infusion.
"""

import re
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from allostasis.interop.expression import Graph, print_formulas
from allostasis.interop.jaxpr import trace
from allostasis.model.composition import Composition
from allostasis.model.contract import Values
from allostasis.model.multirate import linear_names
from allostasis.model.reference import derivative
from allostasis.quantity.errors import InputError

SECONDS_PER_HOUR = 3600  # structural: unit conversion


def sbml_id(name: str) -> str:
    """The SBML identifier of a state, a parameter or a port.

    >>> sbml_id("exposure.1-hydroxymidazolam.central")
    'exposure__1_hydroxymidazolam__central'
    """
    text = re.sub(r"\W", "_", name.replace(".", "__"))
    return f"_{text}" if text[0].isdigit() else text


def dose_per_mg(composition: Composition, parameters: Mapping[str, Values], drug: str, route: str) -> dict[str, float]:
    """What one mg adds to each state, by SBML identifier, zeros left out; per hour, it is what an infusion of 1 mg/h adds.

    Raises:
        InputError: the composition has no states that take a dose.
    """
    linear = composition.linear
    if linear is None:
        raise InputError("the composition takes no doses", fix="give it an exposure submodel")
    vector = np.asarray(linear.dose_vector(drug, route, linear.prepare(parameters[linear.name])))
    return {sbml_id(n): float(v) for n, v in zip(linear_names(composition), vector, strict=True) if v != 0}


def sbml_text(composition: Composition, parameters: Mapping[str, Values], *, name: str = "allostasis") -> str:
    """The whole system as an SBML document, time in h, every quantity in the unit that its notes state.

    States are parameters with a rate rule, ports have an assignment rule, numbers of the model are constants. What depends on
    those alone is computed once, as ``fixed_0`` and so on; other sub-expressions that are used several times have an assignment
    rule of their own, ``shared_0`` and so on.

    Args:
        composition: the system.
        parameters: per submodel, name -> scalar or (nested) tuple of scalars. One patient.
        name: of the model.

    Raises:
        InputError: python-libsbml is not installed, or a parameter is not a scalar.
        NotModelledError: an equation uses an operation that SBML does not have.
    """
    sbml = _libsbml()
    document = sbml.SBMLDocument(3, 2)
    model = document.createModel()
    model.setId(sbml_id(name))
    _hours(sbml, model)
    writer = _Writer(sbml, model)
    numbers = {n: v for n, v in _numbers(parameters).items() if n.partition(".")[0] in {s.name for s in composition.submodels}}
    for key, value in numbers.items():
        writer.quantity(key, value=value, constant=True)
    system = _formulas(composition, numbers, parameters)
    roots = [*system["rates"].values(), *system["ports"].values(), *system["start"].values()]
    printed = print_formulas(roots, {sbml_id(n) for n in numbers})
    named = dict(
        zip([*system["rates"], *system["ports"], *((n, "start") for n in system["start"])], printed.texts, strict=True)
    )
    for key in linear_names(composition):
        writer.quantity(f"infusion.{key}", value=0.0, note="set by the host during an infusion, per h")
    for key, formula in printed.fixed.items():
        writer.quantity(key, constant=True)
        writer.start(key, formula)
    for key, formula in printed.shared.items():
        writer.quantity(key)
        writer.assign(key, formula)
    for submodel in composition.submodels:
        for state in submodel.states:
            key = f"{submodel.name}.{state.name}"
            start = system["start"].get(key, 0.0)
            known = isinstance(start, float)
            writer.quantity(key, value=start if known else None, note=f"{state.unit}; {state.meaning}")
            if not known:
                writer.start(key, named[key, "start"])
            writer.rate(key, named[key])
        for port in submodel.outputs:
            for component in port.components or (None,):
                key = port.name if component is None else f"{port.name}.{component}"
                writer.quantity(key, note=f"{port.unit}; {port.meaning}")
                writer.assign(key, named[key])
    _refuse_errors(sbml, document)
    return sbml.writeSBMLToString(document)


def _libsbml() -> Any:
    try:
        import libsbml
    except ImportError:
        raise InputError(
            "python-libsbml is not installed, and SBML needs it", fix="pip install 'allostasis[sbml]'"
        ) from None
    return libsbml


def _numbers(parameters: Mapping[str, Values]) -> dict[str, float]:
    result = {}
    for path, leaf in jax.tree.leaves_with_path({s: dict(v) for s, v in parameters.items()}):
        key = ".".join(str(getattr(p, "key", getattr(p, "idx", None))) for p in path)
        if np.ndim(leaf):
            raise InputError(f"parameter {key} has {np.size(leaf)} values", expected="one patient", fix="pick a patient first")
        result[key] = float(leaf)
    return result


def _formulas(composition: Composition, numbers: Mapping[str, float], parameters: Mapping[str, Values]) -> dict[str, dict]:
    """Derivative, ports and start of every state as formulas over identifiers."""
    own = {s.name: dict(parameters.get(s.name, {})) for s in composition.submodels}
    leaves, structure = jax.tree.flatten(own)
    assert len(leaves) == len(numbers)
    symbols = jax.tree.unflatten(structure, [sbml_id(k) for k in _numbers(own)])
    linear = linear_names(composition)
    relaxing = [f"{s.name}.{state.name}" for s in composition.relaxing for state in s.states]

    def system(time, x, y, infusion, values):
        prepared = composition.prepare(values)
        vector, given = (jnp.stack(v) if v else jnp.zeros(0) for v in (x, infusion))
        states = dict(zip(linear, x, strict=True)) | y
        submodel = composition.linear
        matrix = jnp.zeros((0, 0)) if submodel is None else submodel.matrix(prepared[submodel.name])
        dx, dy = derivative(composition, matrix, time, vector, y, given, prepared)
        ports = composition.evaluate(time, states, prepared)
        return [dx[i] for i in range(len(x))], dy, ports, composition.initial(prepared)

    dx, dy, ports, start = trace(
        system,
        ["time", [sbml_id(n) for n in linear], {n: sbml_id(n) for n in relaxing}, [sbml_id(f"infusion.{n}") for n in linear], symbols],
        Graph(),
    )
    flat = {}
    for port in composition.ports.values():
        parts = ports[port.name] if port.components else (ports[port.name],)
        names = [f"{port.name}.{c}" for c in port.components] or [port.name]
        flat |= dict(zip(names, (p.item() for p in parts), strict=True))
    rates = {n: v.item() for n, v in zip(linear, dx, strict=True)} | {n: dy[n].item() for n in relaxing}
    return {"rates": rates, "ports": flat, "start": {n: start[n].item() for n in relaxing}}


def _hours(sbml, model) -> None:
    unit = model.createUnitDefinition()
    unit.setId("hour")
    part = unit.createUnit()
    part.setKind(sbml.UNIT_KIND_SECOND)
    part.setExponent(1)
    part.setScale(0)
    part.setMultiplier(SECONDS_PER_HOUR)
    model.setTimeUnits("hour")


class _Writer:
    """Adds quantities and rules to a model; refuses two names that become one identifier."""

    def __init__(self, sbml, model):
        self.sbml, self.model, self.names = sbml, model, {}

    def quantity(self, name: str, *, value: float | None = None, constant: bool = False, note: str = "") -> None:
        key = sbml_id(name)
        if key in self.names:
            raise InputError(f"{name!r} and {self.names[key]!r} become the same identifier {key!r}", fix="rename one of them")
        self.names[key] = name
        parameter = self.model.createParameter()
        parameter.setId(key)
        parameter.setName(name)
        parameter.setConstant(constant)
        if value is not None:
            parameter.setValue(value)
        if note:
            text = note.replace("&", "&amp;").replace("<", "&lt;")
            parameter.setNotes(f'<p xmlns="http://www.w3.org/1999/xhtml">{text}</p>')

    def assign(self, name: str, formula: str) -> None:
        self._rule(self.model.createAssignmentRule(), name, formula)

    def rate(self, name: str, formula: str) -> None:
        self._rule(self.model.createRateRule(), name, formula)

    def _rule(self, rule, name: str, formula: str) -> None:
        rule.setVariable(sbml_id(name))
        rule.setMath(self._parsed(formula))

    def start(self, name: str, formula: str) -> None:
        start = self.model.createInitialAssignment()
        start.setSymbol(sbml_id(name))
        start.setMath(self._parsed(formula))

    def _parsed(self, formula: str):
        tree = self.sbml.parseL3FormulaWithModel(formula, self.model)
        if tree is None:
            raise RuntimeError(f"libsbml cannot read {formula!r}: {self.sbml.getLastParseL3Error()}")
        return tree


def _refuse_errors(sbml, document) -> None:
    for category in (sbml.LIBSBML_CAT_UNITS_CONSISTENCY, sbml.LIBSBML_CAT_MODELING_PRACTICE):
        document.setConsistencyChecks(category, False)
    document.checkConsistency()
    errors = [document.getError(i) for i in range(document.getNumErrors())]
    grave = [e.getMessage() for e in errors if e.getSeverity() >= sbml.LIBSBML_SEV_ERROR]
    if grave:
        raise RuntimeError(f"{len(grave)} consistency errors in the SBML, the first: {grave[0]}")
