"""Equilibrium of nine receptors with four ligands, in a batch, against the machine's own bound for divisions and exponentials.

Each evaluation of a receptor needs at least one division that depends on the batch. The bound is the speed at which the same
compiler divides and exponentiates numbers that are in cache: one division and one exponential an evaluation.

Run: python benchmarks/receptor_equilibrium.py
"""

import jax
import jax.numpy as jnp
import numpy as np
from timing import best

from allostasis.model.compiling import compile_outermost
from allostasis.receptor.constants import RECEPTORS
from allostasis.receptor.curves import with_ligands

BATCH, CHUNK = 1_000_000, 8_192
LIGANDS = ("diazepam", "flumazenil", "allopregnanolone", "pentobarbital")
NINE = RECEPTORS[:9]


def evaluations():
    """Open probability of nine receptors at BATCH states of GABA and four ligands, summed per state."""
    receptors = [with_ligands(name, LIGANDS) for name in NINE]

    def one(state):
        gaba, ligands = state[0], dict(zip(LIGANDS, state[1:], strict=True))
        held = [r.open_probability(gaba, {k: ligands[k] for k in r.ligands}) for r in receptors]
        return sum(held[1:], held[0])

    def run(states):
        chunks = states.reshape(len(states), -1, CHUNK).swapaxes(0, 1)
        return jax.lax.map(one, chunks)

    return compile_outermost(run)


def bound():
    """Divisions and exponentials of the same number, with nothing else to do."""

    def one(x):
        total = jnp.zeros_like(x)
        for k in range(len(NINE)):
            total = total + jnp.exp(-x) / (x + k)
            x = x + 1e-9
        return total

    def run(x):
        return jax.lax.map(one, x.reshape(-1, CHUNK))

    return compile_outermost(run)


def main():
    size = -(-BATCH // CHUNK) * CHUNK
    random = np.random.default_rng(0)
    levels = (5.0, 50.0, 5.0, 100.0, 3e4)
    states = jnp.asarray(np.stack([random.lognormal(np.log(level), 1.0, size) for level in levels]))
    function, limit = evaluations(), bound()
    x = jnp.asarray(random.uniform(0.5, 2.0, size))
    jax.block_until_ready((function(states), limit(x)))
    own = best(lambda: jax.block_until_ready(function(states)), 9)
    least = best(lambda: jax.block_until_ready(limit(x)), 9)
    count = size * len(NINE)
    print(f"{count:,} open probabilities with {len(LIGANDS)} ligands: {own:.3f} s, {count / own / 1e6:.0f} million a second")
    print(f"as many divisions and exponentials: {least:.3f} s")
    print(f"share of the bound: {100 * least / own:.0f} % (bar 30 %)")


if __name__ == "__main__":
    main()
