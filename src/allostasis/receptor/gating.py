"""Numbers for a kinetic scheme: rates of the library, temperature, modulators, generator matrix, steady state."""

from collections.abc import Mapping, Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from allostasis import library
from allostasis.model.arrays import namespace
from allostasis.quantity.errors import InputError, UnknownNameError
from allostasis.receptor.modulator import Modulator
from allostasis.receptor.scheme import MWC_FLIP, SCHEMES, Scheme


class Kinetics(eqx.Module):
    """A scheme with numbers: generator Q = fixed + GABA x binding, one per lane (the contiguous last axis).

    ``Q[i, j]`` is the rate from state i to state j [1/ms]; rows sum to zero.

    Args:
        names: states, in the order of the matrices.
        conducting: 1 for a state that passes current, else 0.
        fixed: rates that do not depend on GABA [1/ms], diagonal included.
        binding: rates per uM of GABA [1/uM/ms], diagonal included.
    """

    names: tuple[str, ...] = eqx.field(static=True)
    conducting: tuple[int, ...] = eqx.field(static=True)
    fixed: Float[Array | np.ndarray, "n n lanes"]
    binding: Float[Array | np.ndarray, "n n lanes"]

    @classmethod
    def from_matrices(
        cls, names: Sequence[str], conducting: Sequence[str], fixed: Float[np.ndarray, "n n"],
        binding: Float[np.ndarray, "n n"]
    ) -> "Kinetics":  # fmt: skip
        """Take matrices from elsewhere.

        Raises:
            InputError: a negative rate, or a row that does not sum to zero (probability is made or lost), by state.

        >>> Kinetics.from_matrices(("C", "O"), ("O",), np.array([[0.0, 0.0], [1.0, -0.9]]), np.array([[-1.0, 1], [0, 0]]))
        Traceback (most recent call last):
        allostasis.quantity.errors.InputError: state 'O' does not conserve probability (sum of its row): 0.1...
        """
        for state in conducting:
            if state not in names:
                raise UnknownNameError("conducting state", state, names)
        for matrix in (fixed, binding):
            for i, name in enumerate(names):
                rest = np.delete(matrix[i], i)
                if (rest < 0).any() or not np.isfinite(matrix[i]).all():
                    raise InputError(f"state {name!r} has a negative or infinite rate", value=float(rest.min()))
                if abs(matrix[i].sum()) > 1e-9 * np.abs(matrix[i]).max():  # structural: rounding
                    raise InputError(
                        f"state {name!r} does not conserve probability (sum of its row)",
                        value=round(float(matrix[i].sum()), 9),  # structural: digits shown
                        expected="0: each rate out of a state leads into another",
                        fix=f"write {-float(rest.sum()):g} on the diagonal",
                    )
        home, count = {0}, 0
        while count < len(home):
            count = len(home)
            home |= {i for i in range(len(names)) for j in home if i != j and fixed[i, j] > 0}
        if count < len(names):
            lost = next(name for i, name in enumerate(names) if i not in home)
            raise InputError(
                f"state {lost!r} does not come back to {names[0]!r} when GABA is gone",
                fix="name first the state in which an unliganded channel rests, and give every state a way back",
            )
        mask = tuple(int(name in conducting) for name in names)
        return cls(tuple(names), mask, np.asarray(fixed)[:, :, None], np.asarray(binding)[:, :, None])

    @property
    def lanes(self) -> int:
        """Number of parameter sets held."""
        return self.fixed.shape[-1]

    def lane(self, index: int) -> "Kinetics":
        """One parameter set alone."""
        cut = slice(index, index + 1)
        return Kinetics(self.names, self.conducting, self.fixed[..., cut], self.binding[..., cut])

    def matrix(self, gaba: float | int, lane: int = 0) -> np.ndarray:
        """Q at one GABA concentration [uM] for one lane [1/ms], array [n, n]."""
        if not gaba >= 0:
            raise InputError("negative GABA concentration", value=gaba, expected="0 uM or more")
        return np.asarray(self.fixed[..., lane] + gaba * self.binding[..., lane], float)


def library_rates(scheme: Scheme = MWC_FLIP) -> dict[str, float]:
    """Rate constants of a packaged scheme in ms and uM, at the scheme's own reference temperature.

    >>> library_rates()["kon"]
    0.0424
    """
    if scheme.name not in SCHEMES:
        raise UnknownNameError("scheme of the library", scheme.name, SCHEMES)
    numbers = library.parameter_set("receptor_gating")
    units = {"1/mM/ms": "1/uM/ms"}
    found = {name: numbers[f"{scheme.name}.{name}"] for name in scheme.constants}
    return {name: p.to(units.get(p.unit, p.unit)) for name, p in found.items()}


def temperature_factor(celsius: float | int, scheme: Scheme = MWC_FLIP) -> float:
    """Factor on every rate: Q10^((T - reference) / 10), conductance unchanged.

    >>> round(temperature_factor(22.0), 3)
    0.381
    """
    numbers = library.parameter_set("receptor_gating")
    reference = numbers[f"reference_temperature.{scheme.name}"].value
    return numbers["q10"].value ** ((celsius - reference) / 10)  # structural: Q10 is per ten degrees


def kinetics(
    scheme: Scheme = MWC_FLIP,
    rates: Mapping | None = None,
    *,
    modulators: Sequence[Modulator] = (),
    celsius: float | int | None = None,
) -> Kinetics:
    """Put numbers into a scheme.

    Args:
        scheme: the scheme.
        rates: constants by name [1/ms; kon 1/uM/ms], scalars or arrays over lanes (JAX arrays keep gradients);
            None takes the library's.
        modulators: factors on rates; several on one kind multiply.
        celsius: temperature by Q10; None leaves the rates as they are.

    >>> round(float(open_probability_at(kinetics(celsius=22.0), 1000.0)[0]), 3)
    0.337
    """
    values = dict(library_rates(scheme) if rates is None else rates)
    for name in scheme.constants:
        if name not in values:
            raise InputError(f"scheme {scheme.name!r} lacks the constant {name!r}", fix=f"give rates[{name!r}]")
    for name in values:
        if name not in scheme.constants:
            raise UnknownNameError(f"constant of scheme {scheme.name!r}", name, scheme.constants)
    scale = 1.0 if celsius is None else temperature_factor(celsius, scheme)
    factors: dict[str, float] = {}
    for modulator in modulators:
        if modulator.step not in {arrow.step for arrow in scheme.transitions}:
            raise InputError(
                f"a {modulator.kind} scales {modulator.step!r} steps, and scheme {scheme.name!r} has none",
                fix="use scheme 'mwc_flip'",
            )
        factors[modulator.step] = factors.get(modulator.step, 1.0) * modulator.factor
    xp = namespace(values)
    n, lanes = len(scheme.conformations), max((np.size(value) for value in values.values()), default=1)
    index = {name: i for i, name in enumerate(scheme.conformations)}
    matrices = []
    for binds in (False, True):
        arrows = [arrow for arrow in scheme.transitions if (arrow.step == "binding") == binds]
        ends = tuple(np.array([[index[a.source], index[a.target]] for a in arrows]).T)
        scaled = [xp.ravel(a.rate(values) * scale * factors.get(a.step, 1.0)) for a in arrows]
        rates_of_arrows = xp.stack([xp.broadcast_to(rate, (lanes,)) for rate in scaled])
        matrix = jnp.zeros((n, n, lanes)).at[ends].set(rates_of_arrows) if xp is jnp else np.zeros((n, n, lanes))
        if xp is np:
            matrix[ends] = rates_of_arrows
        matrices.append(matrix - xp.eye(n)[:, :, None] * matrix.sum(1)[:, None])
    fixed, binding = matrices
    mask = tuple(int(name in scheme.conducting) for name in scheme.conformations)
    return Kinetics(scheme.conformations, mask, fixed, binding)


def steady_state(model: Kinetics, gaba: Float[Array | np.ndarray, "#lanes"] | float | int) -> Float[Array, "n lanes"]:
    """Occupancies p with p Q = 0 and sum 1, of every state and lane, at constant GABA [uM].

    By elimination of states without any subtraction (Grassmann, Taksar and Heyman 1985): no occupancy comes out negative.
    """
    level = jnp.broadcast_to(jnp.asarray(gaba, float), (model.lanes,))
    return _eliminate(jnp.asarray(model.fixed) + level[None, None, :] * jnp.asarray(model.binding))


@jax.jit
def _eliminate(q):
    n = q.shape[0]
    entries = []
    for k in range(n - 1, 0, -1):
        entry = q[:k, k] / q[k, :k].sum(0, keepdims=True)
        q = q[:k, :k] + entry[:, None] * q[k, None, :k]
        entries.append(entry)
    p = jnp.ones((1, q.shape[-1]))
    for entry in reversed(entries):
        p = jnp.concatenate([p, (p * entry).sum(0, keepdims=True)])
    return p / p.sum(0, keepdims=True)


def open_probability_at(
    model: Kinetics, gaba: Float[Array | np.ndarray, "#lanes"] | float | int
) -> Float[Array, " lanes"]:
    """Steady open probability at constant GABA [uM], desensitisation included."""
    return jnp.tensordot(jnp.asarray(model.conducting, float), steady_state(model, gaba), 1)
