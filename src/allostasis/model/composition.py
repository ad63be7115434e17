"""Compose submodels into one system by the names of their ports, in the only order that works."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx

from allostasis.model.contract import (
    AbstractLinear,
    AbstractRelaxation,
    AbstractSubmodel,
    Port,
    Values,
)
from allostasis.quantity.errors import InputError, UnknownNameError


def _order(submodels: tuple[AbstractSubmodel, ...]) -> tuple[AbstractSubmodel, ...]:
    """Sort so that each submodel is read out after those whose ports it needs at the same instant."""
    giver = {port.name: s.name for s in submodels for port in s.outputs}
    waiting, done, order = list(submodels), set(), []
    while waiting:
        ready = [s for s in waiting if all(giver[name] in done for name in s.feedthrough)]
        if not ready:
            names = ", ".join(s.name for s in waiting)
            raise InputError(
                f"algebraic loop between {names}",
                fix="break the loop with a state: an input that is not in `feedthrough` acts through a derivative only",
            )
        order.extend(ready)
        done |= {s.name for s in ready}
        waiting = [s for s in waiting if s.name not in done]
    return tuple(order)


class Composition(eqx.Module):
    """Submodels joined by port names.

    States of all submodels live in two flat dicts, ``linear`` and ``relaxing``, keyed "submodel.state".

    Args:
        submodels: in any order; names unique, each port given once, each input given by somebody.

    Raises:
        InputError: a port that nobody gives or two give, units that differ, or an algebraic loop.
    """

    submodels: tuple[AbstractSubmodel, ...] = eqx.field(static=True)

    def __init__(self, *submodels: AbstractSubmodel):
        given: dict[str, tuple[str, Port]] = {}
        for submodel in submodels:
            for port in submodel.outputs:
                if port.name in given:
                    raise InputError(
                        f"port {port.name!r} is given by both {given[port.name][0]} and {submodel.name}",
                        fix="leave one of them out, or use its null variant",
                    )
                given[port.name] = (submodel.name, port)
        for submodel in submodels:
            for port in submodel.inputs:
                if port.name not in given:
                    raise InputError(
                        f"{submodel.name} takes port {port.name!r}, which nobody gives",
                        expected="one of: " + ", ".join(sorted(given)),
                        fix="add the submodel that gives it, or its null variant",
                    )
                source, other = given[port.name]
                if (other.unit, other.components) != (port.unit, port.components):
                    raise InputError(
                        f"port {port.name!r}: {source} gives {other.unit} {other.components}, "
                        f"{submodel.name} takes {port.unit} {port.components}"
                    )
        self.submodels = _order(submodels)

    @property
    def ports(self) -> dict[str, Port]:
        """Every port by name."""
        return {port.name: port for s in self.submodels for port in s.outputs}

    @property
    def linear(self) -> AbstractLinear | None:
        """The linear submodel (exposure), or None."""
        found = [s for s in self.submodels if isinstance(s, AbstractLinear)]
        if len(found) > 1:
            raise InputError(
                f"{len(found)} linear submodels", expected="at most one", fix="merge their graphs into one"
            )
        return found[0] if found else None

    @property
    def relaxing(self) -> tuple[AbstractRelaxation, ...]:
        """Submodels in relaxation form."""
        return tuple(s for s in self.submodels if isinstance(s, AbstractRelaxation))

    def prepare(self, parameters: Mapping[str, Values]) -> dict[str, Values]:
        """Prepared parameters of each submodel."""
        return {s.name: s.prepare(parameters[s.name]) for s in self.submodels}

    def evaluate(self, time, states: Mapping[str, Any], prepared: Mapping[str, Values]) -> dict[str, Any]:
        """All ports at one instant from all states ("submodel.state" -> array)."""
        ports: dict[str, Any] = {}
        for s in self.submodels:
            own = {state.name: states[f"{s.name}.{state.name}"] for state in s.states}
            inputs = {name: ports[name] for name in s.feedthrough}
            ports |= s.readout(time, own, inputs, prepared[s.name])
        return ports

    def drives(self, time, states: Mapping[str, Any], ports: Values, prepared: Mapping[str, Values]) -> dict[str, Any]:
        """Drive of each relaxing state, keyed "submodel.state"."""
        result = {}
        for s in self.relaxing:
            own = {state.name: states[f"{s.name}.{state.name}"] for state in s.states}
            inputs = {port.name: ports[port.name] for port in s.inputs}
            drive = s.drive(time, own, inputs, prepared[s.name])
            result |= {f"{s.name}.{name}": value for name, value in drive.items()}
        return result

    def rates(self, prepared: Mapping[str, Values]) -> dict[str, Any]:
        """Linear decay rate of each relaxing state [1/h], keyed "submodel.state"."""
        return {f"{s.name}.{k}": v for s in self.relaxing for k, v in s.rates(prepared[s.name]).items()}

    def initial(self, prepared: Mapping[str, Values]) -> dict[str, Any]:
        """Drug-free start of the relaxing states, keyed "submodel.state"."""
        return {f"{s.name}.{k}": v for s in self.relaxing for k, v in s.initial(prepared[s.name]).items()}

    def behind(self, *ports: str) -> "Composition":
        """The part of the system that the given ports depend on, now or through a derivative.

        Raises:
            UnknownNameError: a port that nobody gives.
        """
        giver = {port.name: s for s in self.submodels for port in s.outputs}
        for name in ports:
            if name not in giver:
                raise UnknownNameError("port", name, giver)
        waiting, needed = list(ports), set()
        while waiting:
            submodel = giver[waiting.pop()]
            if submodel.name not in needed:
                needed.add(submodel.name)
                waiting += [port.name for port in submodel.inputs]
        return Composition(*(s for s in self.submodels if s.name in needed))

    def mermaid(self) -> str:
        """The graph as Mermaid text: solid arrows act at once, dotted ones through a derivative."""
        giver = {port.name: s.name for s in self.submodels for port in s.outputs}
        lines = ["flowchart LR"]
        for s in self.submodels:
            states = ", ".join(state.name for state in s.states)
            lines.append(f'  {s.name}["{s.name}' + (f"<br/><small>{states}</small>" if states else "") + '"]')
        for s in self.submodels:
            edges: dict[tuple[str, bool], list[str]] = {}
            for port in s.inputs:
                edges.setdefault((giver[port.name], port.name in s.feedthrough), []).append(port.name)
            for (source, direct), names in edges.items():
                arrow = "-->" if direct else "-.->"
                lines.append(f"  {source} {arrow}|{', '.join(names)}| {s.name}")
        return "\n".join(lines)
