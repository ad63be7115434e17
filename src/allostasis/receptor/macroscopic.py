"""Open probability over time for any GABA waveform: exact matrix exponentials of each constant piece, all lanes at once."""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from allostasis.model.compiling import compile_outermost
from allostasis.quantity.errors import InputError
from allostasis.receptor.gating import Kinetics, steady_state
from allostasis.receptor.uniformisation import advance, product, propagator, sources, vector
from allostasis.receptor.waveform import Waveform, synaptic

_BLOCK = 32  # structural: samples taken with one advance of the state
_FEW = 8  # structural: a piece of up to so many samples is cut into single ones
_ROUNDED = 1 + 1e-9  # structural: slack for rounding
_LONG = 32  # structural: from this u h on, squaring a matrix is cheaper than advancing a vector


class Response(NamedTuple):
    """Open probability over time.

    Attributes:
        time: sampled instants [ms], the first is the first edge of the waveform.
        open_probability: array [time, lanes].
        final: occupancies at the end, array [n, lanes].
    """

    time: np.ndarray
    open_probability: Float[Array, "times lanes"]
    final: Float[Array, "n lanes"]


@functools.cache
def _short_pieces(links):
    """Program for pieces that are sampled at their end only: advance the occupancies; one a scheme."""

    def run(fixed, binding, mask, levels, steps, parts, p):
        def piece(p, given):
            level, step, count = given
            p = advance(p, fixed + level[None, None] * binding, step, count, links)
            return p, mask @ p

        return jax.lax.scan(piece, p, (levels, steps, parts))

    return compile_outermost(run)


@functools.cache
def _sampled_piece():
    """Program for one long piece with ``blocks`` blocks of samples: M^k mask for a block, then a jump by M^block."""

    def run(fixed, binding, mask, level, step, squarings, p, blocks, size):
        one = propagator(fixed + level[None, None] * binding, step, squarings)
        views = jnp.broadcast_to(mask[:, None], p.shape)

        def look(view, _):
            view = jnp.sum(one * view[None], axis=1)
            return view, view

        _, views = jax.lax.scan(look, views, None, length=size)
        power = jax.lax.fori_loop(0, size.bit_length() - 1, lambda _, x: product(x, x), one)

        def block(p, _):
            seen = jnp.sum(views * p[None], axis=1)
            p = vector(p, power)
            return p / p.sum(0, keepdims=True), seen

        p, seen = jax.lax.scan(block, p, None, length=blocks)
        return p, seen.reshape(-1, seen.shape[-1])

    return compile_outermost(run, static_argnums=(7, 8))  # structural: positions of blocks and size


def response(
    model: Kinetics, waveform: Waveform, step: float | int = 0.1, start: Float[Array, "n #lanes"] | None = None
) -> Response:  # structural: default spacing of samples [ms]
    """Open probability along a waveform, exact at every sample whatever their spacing.

    Args:
        model: scheme with numbers, one parameter set or one per lane.
        waveform: GABA; one for all lanes or one level per lane.
        step: spacing of samples [ms], at most: every edge is a sample too. Does not touch the accuracy.
        start: occupancies at the first edge; None takes the steady state at ``waveform.before``.

    Raises:
        InputError: numbers of lanes that do not match, or a step that is not positive.

    >>> from allostasis.receptor.gating import kinetics
    >>> from allostasis.receptor.waveform import application
    >>> out = response(kinetics(celsius=22.0), application(1000.0, 500.0))
    >>> round(float(out.open_probability.max()), 2)
    0.79
    """
    if not step > 0:
        raise InputError("spacing of samples", value=step, expected="more than 0 ms")
    wide = waveform.levels if waveform.levels.ndim > 1 else waveform.levels[:, None]
    lanes = max(model.lanes, wide.shape[-1], len(waveform.before))
    for count, what in ((model.lanes, "parameter sets"), (wide.shape[-1], "levels"), (len(waveform.before), "ambient")):
        if count not in (1, lanes):
            raise InputError(f"number of {what} in a waveform run", value=count, expected=f"1 or {lanes}")
    n = len(model.names)
    fixed = jnp.broadcast_to(jnp.asarray(model.fixed), (n, n, lanes))
    binding = jnp.broadcast_to(jnp.asarray(model.binding), (n, n, lanes))
    model = Kinetics(model.names, model.conducting, fixed, binding)
    mask = jnp.asarray(model.conducting, float)
    p = jnp.broadcast_to(steady_state(model, waveform.before) if start is None else start, (n, lanes))
    edges, wide = _split(waveform.edges, wide, step)
    levels, durations = np.broadcast_to(wide, (len(wide), lanes)), np.diff(edges)
    fastest = _exit_rates(model, wide)
    times, seen = [edges[:1]], [(mask @ p)[None]]
    i = 0
    while i < len(levels):
        last = i
        while last < len(levels) and durations[last] <= step * _ROUNDED and fastest[last] * durations[last] <= _LONG:
            last += 1
        if last > i:
            p, out = _advance_short(model, mask, levels[i:last], durations[i:last], fastest[i:last], p)
            times.append(edges[i + 1 : last + 1])
            i = last
        else:
            samples = int(np.ceil(durations[i] / step - 1e-9))  # structural: rounding
            size = _BLOCK  # a power of two as well
            blocks = 1 << (-(-samples // size) - 1).bit_length()  # a power of two: few programs serve all lengths
            h = durations[i] / (blocks * size)
            squarings = max(0, int(np.ceil(np.log2(max(fastest[i] * h, 1)))))
            p, out = _sampled_piece()(fixed, binding, mask, jnp.asarray(levels[i]), h, squarings, p, blocks, size)
            times.append(np.linspace(edges[i], edges[i + 1], blocks * size + 1)[1:])
            i += 1
        seen.append(out)
    return Response(np.concatenate(times), jnp.concatenate(seen), p)


def _advance_short(model: Kinetics, mask, levels, durations, fastest, p):
    """Run pieces sampled at their end through one program in chunks of one size; the last chunk is filled with no time."""
    program, seen = _short_pieces(sources(model)), []
    for first in range(0, len(levels), _BLOCK):
        cut = slice(first, first + _BLOCK)
        fill = _BLOCK - len(levels[cut])
        level = np.pad(levels[cut], ((0, fill), (0, 0)))
        length, rate = (np.pad(values[cut], (0, fill)) for values in (durations, fastest))
        parts = np.ceil(length * rate).clip(1).astype(int)
        p, out = program(model.fixed, model.binding, mask, level, length, parts, p)
        seen.append(out[: _BLOCK - fill])
    return p, jnp.concatenate(seen)


def _exit_rates(model: Kinetics, levels: np.ndarray) -> np.ndarray:
    """Largest rate out of any state in any lane for each piece [1/ms]: sets the number of terms, carries no gradient."""
    fixed, binding = (jax.lax.stop_gradient(jnp.einsum("iil->il", m)) for m in (model.fixed, model.binding))
    return np.asarray(jnp.max(-(fixed[None] + jnp.asarray(levels)[:, None] * binding[None]), axis=(1, 2)))


def _split(edges: np.ndarray, levels: np.ndarray, step: float | int) -> tuple[np.ndarray, np.ndarray]:
    """Cut pieces of a few samples into pieces of one, so that they share one program; longer ones stay."""
    counts = np.ceil(np.diff(edges) / step / _ROUNDED).clip(1).astype(int)
    counts[counts > _FEW] = 1
    cut = [np.linspace(a, b, k + 1)[1:] for a, b, k in zip(edges[:-1], edges[1:], counts, strict=True)]
    return np.concatenate([edges[:1], *cut]), np.repeat(levels, counts, axis=0)


def synaptic_response(
    model: Kinetics,
    peak: float | int,
    decay: float | int,
    *,
    tolerance: float | int = 1e-4,  # structural: default error of the open probability
    tail: float | int = 200.0,  # structural: default length of a trace [ms]
    ambient: float | int = 0.0,
    step: float | int = 0.1,  # structural: default spacing of samples [ms]
) -> Response:
    """Response to a synaptic pulse, peak x exp(-t/decay) [uM, ms]; pieces are doubled until the answer stops changing.

    Error control: the pulse is doubled in fineness until neither the peak nor the occupancies at the end of the pulse
    change by more than ``tolerance``; second order in the piece, so the finer one is 4 times better than that.

    Raises:
        InputError: a pulse that 4096 pieces do not resolve.
    """
    coarse, pieces = None, 32  # structural: first fineness
    while pieces <= 4096:  # structural: last fineness
        shape = synaptic(peak, decay, pieces=pieces, tail=tail, ambient=ambient)
        fine = response(model, shape, step)
        if coarse is not None:
            gap = max(
                float(jnp.max(jnp.abs(fine.final - coarse.final))),
                float(jnp.max(jnp.abs(fine.open_probability.max(0) - coarse.open_probability.max(0)))),
            )
            if gap <= tolerance:
                return fine
        coarse, pieces = fine, 2 * pieces
    raise InputError("pulse is not resolved", value=f"decay {decay} ms", fix="raise the tolerance")
