"""The Submodel contract: ports in, states, ports out, one mechanism a class.

A submodel knows ports, never another submodel. It is a frozen equinox module that holds structure only (names, topology);
every number reaches it as an array leaf of ``parameters``, so that patients, doses and horizons never recompile.

Three kinds, by the way their states are advanced:

| kind | equation | advanced by |
|---|---|---|
| `AbstractAlgebraic` | no state | evaluated |
| `AbstractRelaxation` | dy/dt = drive(t, y, u) - rate y | second-order exponential predictor-corrector |
| `AbstractLinear` | dx/dt = A x + b dose(t) | exact matrix exponential |

Arrays are elementwise over patients (the contiguous last axis, called lanes). A port or parameter with components
(one per receptor subtype or per ligand) is a tuple of such arrays, in the order of ``Port.components``.
"""

import abc
from collections.abc import Mapping
from typing import Any, NamedTuple

import equinox as eqx

Values = Mapping[str, Any]
"""Name -> array over lanes, or tuple of such arrays for a port with components."""


class Port(NamedTuple):
    """A named quantity that one submodel gives and others take.

    Attributes:
        name: port name, the contract between submodels.
        unit: unit of the value ("nM", "1", "1/h").
        meaning: one line for a reader of plots and tables.
        components: labels of the components, () for a scalar port.
    """

    name: str
    unit: str
    meaning: str
    components: tuple[str, ...] = ()


class State(NamedTuple):
    """A state variable with its unit; ``positive`` promises that it stays >= 0 from a non-negative start."""

    name: str
    unit: str
    meaning: str
    positive: bool = False


class Example(NamedTuple):
    """What the contract battery runs a submodel with: itself, parameters, inputs, and the inputs that mean "no drug"."""

    submodel: "AbstractSubmodel"
    parameters: Values
    inputs: Values
    rest: Values


class AbstractSubmodel(eqx.Module):
    """Interface of every submodel. Classes are abstract or final: a final class is never subclassed."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Unique name inside a composition; the prefix of its states."""

    @property
    @abc.abstractmethod
    def inputs(self) -> tuple[Port, ...]:
        """Ports that the submodel takes."""

    @property
    @abc.abstractmethod
    def outputs(self) -> tuple[Port, ...]:
        """Ports that the submodel gives."""

    @property
    def feedthrough(self) -> tuple[str, ...]:
        """Inputs that ``readout`` needs at the same instant. The others act through derivatives only."""
        return tuple(port.name for port in self.inputs)

    @property
    def states(self) -> tuple[State, ...]:
        """State variables, () for an algebraic submodel."""
        return ()

    @property
    def references(self) -> tuple[str, ...]:
        """Bibliography ids behind the equations; () where the docstring says all. Numbers carry their own sources."""
        return ()

    def prepare(self, parameters: Values) -> Values:
        """Turn parameters into what the equations use, once per run and not once per step."""
        return parameters

    @abc.abstractmethod
    def readout(self, time: Any, state: Values, inputs: Values, prepared: Values) -> dict[str, Any]:
        """Output ports at one instant. ``time`` in h."""

    @classmethod
    @abc.abstractmethod
    def example(cls) -> Example:
        """A small complete instance for the contract battery."""


class AbstractAlgebraic(AbstractSubmodel):
    """A submodel without states."""


class AbstractRelaxation(AbstractSubmodel):
    """States in semilinear form dy/dt = drive - rate y, with a rate that is constant during a run."""

    @abc.abstractmethod
    def rates(self, prepared: Values) -> dict[str, Any]:
        """Linear decay rate of each state [1/h], > 0."""

    @abc.abstractmethod
    def drive(self, time: Any, state: Values, inputs: Values, prepared: Values) -> dict[str, Any]:
        """Everything of the derivative but the linear decay, per state [unit of the state / h]."""

    @abc.abstractmethod
    def initial(self, prepared: Values) -> dict[str, Any]:
        """Drug-free steady state."""

    def derivative(self, time: Any, state: Values, inputs: Values, prepared: Values) -> dict[str, Any]:
        """dy/dt = drive - rate y, for the reference integrator and for tests."""
        drive, rates = self.drive(time, state, inputs, prepared), self.rates(prepared)
        return {s.name: drive[s.name] - rates[s.name] * state[s.name] for s in self.states}


class AbstractLinear(AbstractSubmodel):
    """States in linear form dx/dt = A x + b + d(x, u), A constant during a run.

    The deviation d is zero for most. A submodel with ``varies`` gives it in two forms: as a rate, for the reference integrator,
    and as an advance over a (sub)step, which the production integrator splits off symmetrically (Strang 1968).
    """

    @property
    def varies(self) -> bool:
        """Whether there is a deviation from the constant matrix."""
        return False

    def vary(self, state: Values, inputs: Values, step: Any, prepared: Values) -> dict[str, Any]:
        """States after the deviation alone has acted for ``step`` h."""
        return dict(state)

    def vary_rate(self, state: Values, inputs: Values, prepared: Values) -> dict[str, Any]:
        """Deviation of dx/dt [unit of the state / h], for the states that have one."""
        return {}

    def vary_speed(self, prepared: Values) -> float:
        """Largest rate constant that varies [1/h]: sets the number of substeps."""
        return 0.0

    @abc.abstractmethod
    def matrix(self, prepared: Values) -> Any:
        """A [1/h], array [..., n, n] (matrix algebra wants the last two axes); numpy, or JAX under a trace."""

    @abc.abstractmethod
    def sparsity(self) -> tuple[tuple[bool, ...], ...]:
        """Static pattern of A: row i, column j is True where state j feeds state i."""

    @abc.abstractmethod
    def dose_vector(self, drug: str, route: str, prepared: Values) -> Any:
        """State change per mg given by that route, array [..., n] [unit of the state / mg]."""
