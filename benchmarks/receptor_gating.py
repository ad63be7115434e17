"""Kinetic schemes: macroscopic IPSCs in a batch against SciPy's LSODA, and a stochastic record against real time.

Run: python benchmarks/receptor_gating.py
"""

import itertools
import os
import time

import numpy as np
from scipy.integrate import odeint, solve_ivp

from allostasis.receptor.gating import kinetics, library_rates, steady_state
from allostasis.receptor.macroscopic import response
from allostasis.receptor.single_channel import record
from allostasis.receptor.waveform import ambient, application, synaptic

LANES, TAIL, STEP = 1000, 100.0, 0.1


def best(function, repeats=5):
    function()  # compiles
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def lsoda(model, shape, level):
    """One lane by LSODA, started anew at each edge of the waveform: solve_ivp, and the leaner odeint; open probability."""
    mask, p0 = np.array(model.conducting), np.asarray(steady_state(model, 0.0))[:, 0]
    fixed, binding = model.fixed[..., 0], model.binding[..., 0]

    def slope(t, p):
        return p @ (fixed + level(t) * binding)

    def modern():
        p, seen = p0, []
        for a, b in itertools.pairwise(shape):
            times = np.linspace(a, b, max(2, round((b - a) / STEP)))
            out = solve_ivp(slope, (a, b), p, method="LSODA", t_eval=times, rtol=1e-6, atol=1e-9)
            p = out.y[:, -1]
            seen.append(mask @ out.y)
        return np.concatenate(seen)

    def lean():
        p, seen = p0, []
        for a, b in itertools.pairwise(shape):
            times = np.linspace(a, b, max(2, round((b - a) / STEP)))
            out = odeint(slope, p, times, tfirst=True, rtol=1e-6, atol=1e-9)
            p = out[-1]
            seen.append(out @ mask)
        return np.concatenate(seen)

    return modern, lean


def main():
    rng = np.random.default_rng(0)
    rates = {name: value * np.exp(0.1 * rng.standard_normal(LANES)) for name, value in library_rates().items()}
    batch = kinetics(rates=rates, celsius=22.0)
    one = kinetics(rates={name: value[0] for name, value in rates.items()}, celsius=22.0)
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    for name, shape, edges, level in (
        ("1 ms of 1 mM", application(1000.0, 1.0, washout=TAIL), [0.0, 1.0, 1.0 + TAIL], lambda t: 1000.0 * (t <= 1.0)),
        ("1 mM falling with 0.3 ms", synaptic(1000.0, 0.3, tail=TAIL), [0.0, 4.2 + TAIL],
         lambda t: 1000.0 * np.exp(-t / 0.3)),
    ):  # fmt: skip
        ours = best(lambda shape=shape: response(batch, shape, STEP).open_probability.block_until_ready()) / LANES
        modern, lean = lsoda(one, edges, level)
        gap = abs(float(response(one, shape, STEP).open_probability.max()) - modern().max())
        a, b = best(modern), best(lean)
        print(f"IPSC, {name}: {ours * 1e6:.0f} us each in a batch of {LANES}; solve_ivp LSODA {a * 1e3:.1f} ms, "
              f"odeint {b * 1e3:.1f} ms; ratio {a / ours:.0f} and {b / ours:.0f}; peaks differ by {gap:.1e}")  # fmt: skip
    for gaba in (2.0, 1000.0):
        seconds = best(lambda gaba=gaba: record(one, ambient(gaba, 60_000.0), seed=1), repeats=3)
        jumps = record(one, ambient(gaba, 60_000.0), seed=1).transitions
        print(f"record of 60 s at {gaba:g} uM: {seconds:.3f} s, {60 / seconds:.0f} times real time, {jumps} jumps")


if __name__ == "__main__":
    main()
