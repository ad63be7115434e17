"""Print a composition as SBML level 3 version 2: the same equations for any other simulator.

The right-hand side is traced by JAX and printed, so there is one definition of every equation. Doses stay outside of the
model: the host adds `dose_per_mg` x mg to the states between two calls, and sets the ``infusion__...`` parameters during an
infusion.
"""

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np

from allostasis.interop.expression import Graph, print_formulas
from allostasis.interop.identifiers import sbml_id
from allostasis.interop.jaxpr import trace
from allostasis.interop.sbml_writer import Writer
from allostasis.model.composition import Composition
from allostasis.model.contract import Values
from allostasis.model.multirate import linear_names
from allostasis.model.reference import derivative
from allostasis.quantity.errors import InputError


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
    rule of their own, ``shared_0`` and so on. A host that changes a constant must do so before time 0 (in libroadrunner:
    ``engine["init(exposure__lorazepam__CL)"] = 5.0; engine.reset()``).

    Args:
        composition: the system.
        parameters: per submodel, name -> scalar or (nested) tuple of scalars. One patient.
        name: of the model.

    Raises:
        InputError: python-libsbml is not installed, or a parameter is not a scalar.
        NotModelledError: an equation uses an operation that SBML does not have.
    """
    writer = Writer(name)
    own = {s.name: dict(parameters.get(s.name, {})) for s in composition.submodels}
    numbers = _numbers(own)
    for key, value in numbers.items():
        writer.quantity(key, value=value, constant=True)
    system = _formulas(composition, own)
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
    return writer.text()


def _numbers(parameters: Mapping[str, Values]) -> dict[str, float]:
    """Every number under its qualified name, in the order of the leaves."""
    result = {}
    for path, leaf in jax.tree.leaves_with_path(parameters):
        key = ".".join(str(getattr(p, "key", getattr(p, "idx", None))) for p in path)
        if np.ndim(leaf):
            raise InputError(
                f"parameter {key} has {np.size(leaf)} values", expected="one patient", fix="pick a patient first"
            )
        result[key] = float(leaf)
    return result


def _formulas(composition: Composition, parameters: Mapping[str, Values]) -> dict[str, dict]:
    """Derivative, ports and start of every state as formulas over identifiers."""
    symbols = jax.tree.unflatten(jax.tree.structure(parameters), [sbml_id(k) for k in _numbers(parameters)])
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

    x, y = [sbml_id(n) for n in linear], {n: sbml_id(n) for n in relaxing}
    infusion = [sbml_id(f"infusion.{n}") for n in linear]
    dx, dy, ports, start = trace(system, ["time", x, y, infusion, symbols], Graph())
    flat = {}
    for port in composition.ports.values():
        parts = ports[port.name] if port.components else (ports[port.name],)
        names = [f"{port.name}.{c}" for c in port.components] or [port.name]
        flat |= dict(zip(names, (p.item() for p in parts), strict=True))
    rates = {n: v.item() for n, v in zip(linear, dx, strict=True)} | {n: dy[n].item() for n in relaxing}
    return {"rates": rates, "ports": flat, "start": {n: start[n].item() for n in relaxing}}
