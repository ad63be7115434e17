"""A stretch of any length in one compiled program: the number of output intervals is data, and numbers travel packed."""

import functools

import jax
import jax.numpy as jnp

from allostasis.model import recording
from allostasis.model.compiling import compile_outermost
from allostasis.model.fast import Held, fast_submodel
from allostasis.model.multirate import Carry, Structure, advance_step, drug_free, linear_names
from allostasis.model.packing import Layout, Packed, rows, unpack

CAPACITY = 64
"""Most output intervals in one call: two months of days, or an hour of minutes. A call may use fewer."""


@functools.lru_cache(maxsize=64)
def _shape_of(structure: Structure):
    """The tree of the state of a run without dosing rules."""
    composition = structure.composition
    names = [f"{s.name}.{state.name}" for s in composition.relaxing for state in s.states]
    held = None
    if structure.fast is not None:
        inputs = [port.name for port in fast_submodel(composition, structure.fast.submodel).inputs]
        held = Held(0, dict.fromkeys(inputs, 0), dict.fromkeys(inputs, 0))
    blank = Carry((0,) * len(linear_names(composition)), dict.fromkeys(names, 0), dict.fromkeys(names, 0), (), held)
    return jax.tree.structure(blank)


def state_of(structure: Structure, leaves: list) -> Carry:
    """The state of a run without dosing rules from its leaves, in the order of `jax.tree.leaves`."""
    return jax.tree.unflatten(_shape_of(structure), leaves)


@functools.lru_cache(maxsize=32)
def compiled_stretch(structure: Structure, layout: Layout):
    """The compiled advance of a stretch.

    Args:
        structure: what is compiled in.
        layout: how the packed tables are taken apart.

    Returns:
        (tables, rows of the state [leaves, lanes], amounts [CAPACITY, steps, columns], intervals in use, start [h]) ->
        (rows of the state, series [CAPACITY, records, lanes]); series beyond the intervals in use are 0.
    """
    n = structure.steps_per_output

    def stretch(packed: Packed, state_rows, amounts, used, start):
        tables, lanes, dtype = unpack(packed, layout), state_rows.shape[1], state_rows.dtype
        carry = state_of(structure, list(state_rows))

        def interval(index, inner):
            carry, series = inner

            def one(k, inner):
                carry, sums = inner
                time = start + (index * n + k + 1) * tables.step
                carry, ports = advance_step(structure, tables, carry, amounts[index, k], time)
                return carry, recording.accumulate(structure.records, sums, time, ports)

            carry, sums = jax.lax.fori_loop(0, n, one, (carry, recording.start(structure.records, lanes, dtype)))
            found = jnp.stack(recording.finish(structure.records, sums, n))
            return carry, jax.lax.dynamic_update_index_in_dim(series, found, index, 0)

        empty = jnp.zeros((amounts.shape[0], len(structure.records), lanes), dtype)
        carry, series = jax.lax.fori_loop(0, used, interval, (carry, empty))
        return rows(carry), series

    return compile_outermost(stretch)


@functools.lru_cache(maxsize=32)
def compiled_rest(structure: Structure, layout: Layout, lanes: int, dtype: str):
    """The compiled drug-free start at time 0: packed tables -> rows of the state [leaves, lanes]."""

    def rest(packed: Packed):
        return rows(drug_free(structure, unpack(packed, layout), lanes, dtype)[0])

    return compile_outermost(rest)
