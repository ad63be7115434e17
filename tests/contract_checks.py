"""What the contract of a submodel promises, one check a promise. Each takes an `Example` and raises AssertionError."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np

from allostasis import library
from allostasis.model import AbstractLinear, AbstractRelaxation
from allostasis.model.exponential import propagator, reach
from allostasis.quantity.units import registry

LANES = 3
ZERO, ONE = 0.0, 1.0
BASELINE = {
    "plasma": ZERO, "unbound_brain": ZERO, "occupancy": ZERO, "modulation_phasic": ONE, "modulation_tonic": ONE,
    "modulation_delta": ONE, "neurosteroid": ONE, "liver_activity": ONE, "gut_activity": ONE, "clearance_activity": ONE,
    "availability": ONE, "pgp_activity": ONE, "brain_access": ONE, "absorption": ZERO,
    "log_inhibition_gain": ZERO, "phosphatase_drive": ZERO, "coupling": ONE, "clustered": ONE, "synthesis": ONE,
    "insensitive": ZERO, "surface": ONE, "total": ONE, "ampa": ONE, "nmda": ONE, "noradrenergic_drive": ONE,
    "kindling": ZERO, "alcohol_excitation": ZERO, "symptom_cluster": ZERO, "set_point": ZERO,
    "working_receptors": ONE, "excitation": ONE, "log_adaptation": ZERO, "adaptation_fast": ZERO, "adaptation_slow": ZERO,
    "imbalance": ZERO, "effect": ZERO, "withdrawal_score": ZERO,
    "activity": ZERO, "calcium": ZERO, "log_imbalance": ZERO, "inhibition": ONE, "inhibition_fast": ONE, "inhibition_slow": ONE,
    "driving_force": ONE, "eeg_power": ONE, "kcc2": ONE, "delta_surface": ONE, "tnf_alpha": ZERO, "il_1_beta": ZERO,
    "glutamate": ONE, "d_serine": ONE, "gaba_supply": ONE, "gaba_ambient": ONE, "adenosine": ZERO,
    "exit_intact": ONE, "il_1_gaba": ONE,
    "il_1_nmda": ONE, "nmda_available": ONE, "ampa_available": ONE, "nav_available": ONE, "release": ONE,
    "gaba_synthesis": ONE, "t_type_available": ONE, "gaba_conductance": ONE, "membrane_potential": "membrane_potential",
    "a1_signal": ZERO, "reactive_astrocytes": ZERO, "astrocyte_calcium": ZERO, "astrocytic_cytokines": ZERO,
    "reactive_oxygen": ZERO, "glutamate_uptake": ONE, "glutamate_transporter": ONE,
    "glutamine_synthetase": ONE, "astrocyte_glutamate": ONE, "atp": ZERO, "tgf_beta": ZERO,
    "metalloproteinase": ZERO, "matrix_remodelling": ZERO, "barrier_leak": ZERO, "cell_loss": ZERO,
    "log_remodelling": ZERO, "spontaneous_seizure_rate": ZERO,
    "chloride": "chloride_rest", "e_chloride": None, "e_gaba": None, "minimal_log_gain": ZERO, "minimal_imbalance": ZERO,
}  # fmt: skip
"""Value of every port without drug: a number, a parameter by name, or None where it follows from several.

A new port needs a line.
"""
NEAR_BASELINE = {"activity": 1e-9}
"""Ports whose baseline is smooth, not sharp: how far from it they may be."""


def naive(port, parameters):
    """Value of a port without drug."""
    value = BASELINE[port]
    return parameters[value] if isinstance(value, str) else value


def wide(values):
    """Every leaf over lanes."""
    return jax.tree.map(lambda leaf: jnp.broadcast_to(jnp.asarray(leaf, float), (LANES,)), dict(values))


def start(submodel, prepared):
    """Drug-free states over lanes."""
    initial = submodel.initial(prepared) if isinstance(submodel, AbstractRelaxation) else {}
    return {s.name: jnp.zeros(LANES) + initial.get(s.name, 0.0) for s in submodel.states}


def moved(submodel, prepared):
    """States away from the start, another amount in each lane, away from every kink."""
    rest = start(submodel, prepared)
    return {k: v + 0.05 * (i + 1) + 0.01 * jnp.arange(LANES) for i, (k, v) in enumerate(rest.items())}


def everything(submodel, parameters, state, inputs):
    """All numbers that a submodel gives: ports, drives, rates; for a linear one, its matrix."""
    prepared = submodel.prepare(parameters)
    result = {"ports": submodel.readout(0.0, state, inputs, prepared)}
    if isinstance(submodel, AbstractRelaxation):
        result |= {"drive": submodel.drive(0.0, state, inputs, prepared), "rates": submodel.rates(prepared)}
    if isinstance(submodel, AbstractLinear):
        result |= {"matrix": submodel.matrix(prepared)}
    return result


def close(found, expected, *, rtol=1e-12, atol=0.0):
    assert jax.tree.structure(found) == jax.tree.structure(expected)
    for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


def check_declaration(example):
    """Names are unique, units parse, inputs at once are inputs, sources are known."""
    s = example.submodel
    for names in ([p.name for p in s.inputs], [p.name for p in s.outputs], [x.name for x in s.states]):
        assert len(set(names)) == len(names)
    for declared in (*s.inputs, *s.outputs, *s.states):
        registry.Unit(declared.unit)
        assert declared.meaning
    assert set(s.feedthrough) <= {p.name for p in s.inputs}
    assert set(s.references) <= set(library.bibliography())
    assert type(s) is type(type(s).example().submodel)
    assert hash(s) == hash(type(s).example().submodel), "the submodel cannot be a key of the compile cache"


def check_ports(example):
    """Every declared port comes out, with its components, finite, over lanes or shared by them; and nothing else."""
    s, prepared = example.submodel, example.submodel.prepare(example.parameters)
    for inputs in (example.inputs, example.rest):
        assert set(inputs) == {p.name for p in s.inputs}
        ports = s.readout(0.0, moved(s, prepared), inputs, prepared)
        assert set(ports) == {p.name for p in s.outputs}
        for port in s.outputs:
            value = ports[port.name]
            assert isinstance(value, tuple) == bool(port.components), port.name
            parts = value if port.components else (value,)
            assert len(parts) == max(1, len(port.components)), port.name
            for part in parts:
                assert np.shape(part) in ((), (LANES,)), port.name
                assert np.all(np.isfinite(part)), port.name


def check_states(example):
    """Initial values, rates and drives have the names of the states; rates are positive."""
    s = example.submodel
    if not isinstance(s, AbstractRelaxation):
        return
    prepared, names = s.prepare(example.parameters), {x.name for x in s.states}
    assert set(s.initial(prepared)) == set(s.rates(prepared)) == names
    assert set(s.drive(0.0, moved(s, prepared), example.inputs, prepared)) == names
    assert all(np.all(np.asarray(r) > 0) for r in s.rates(prepared).values())


def check_rest_is_stationary(example):
    """Without drug nothing moves."""
    s = example.submodel
    prepared = s.prepare(example.parameters)
    if isinstance(s, AbstractRelaxation):
        change = s.derivative(0.0, start(s, prepared), example.rest, prepared)
        close(change, {k: np.zeros(LANES) for k in change}, atol=1e-15)
    if isinstance(s, AbstractLinear):
        n = len(s.states)
        assert np.shape(s.matrix(prepared))[-2:] == (n, n)
        ports = s.readout(0.0, start(s, prepared), example.rest, prepared)
        assert all(np.all(np.asarray(leaf) == 0) for leaf in jax.tree.leaves(ports))


def check_rest_is_baseline(example):
    """Without drug every port has the value that means naive."""
    s, prepared = example.submodel, example.submodel.prepare(example.parameters)
    for name, value in s.readout(0.0, start(s, prepared), example.rest, prepared).items():
        assert name in BASELINE, f"add the baseline of port {name!r} to BASELINE"
        for part in jax.tree.leaves(value) if BASELINE[name] is not None else ():
            np.testing.assert_allclose(
                part, naive(name, example.parameters), atol=NEAR_BASELINE.get(name, 1e-12), err_msg=name
            )


def check_positive_states_stay_positive(example):
    """A state declared positive never leaves zero downwards, whatever the inputs are: at zero its derivative is not negative."""
    s, prepared = example.submodel, example.submodel.prepare(example.parameters)
    positive = [x.name for x in s.states if x.positive]
    random, step = np.random.default_rng(1), 0.5
    if isinstance(s, AbstractLinear) and len(positive) == len(s.states):
        matrix = np.asarray(s.matrix(prepared)).reshape(-1, len(s.states), len(s.states))
        assert propagator(matrix, step).min() > -1e-15
        pattern = np.array(s.sparsity())
        assert np.all(matrix[:, ~pattern] == 0), "the matrix has an element outside its declared sparsity"
        assert np.all(propagator(matrix, step)[:, ~reach(pattern)] < 1e-15)
    if isinstance(s, AbstractRelaxation):
        rest = start(s, prepared)
        for _ in range(50):
            inputs = jax.tree.map(lambda leaf: leaf * random.lognormal(0, 2), dict(example.inputs))
            state = {k: v * random.lognormal(0, 2) for k, v in rest.items()}
            for name in positive:
                drive = s.drive(0.0, state | {name: jnp.zeros(LANES)}, inputs, prepared)[name]
                assert np.all(np.asarray(drive) >= 0), name


def check_mass_is_conserved(example):
    """What leaves one amount enters another or the losses; concentrations (states in nM) take no mass."""
    s = example.submodel
    if not isinstance(s, AbstractLinear):
        return
    prepared = s.prepare(example.parameters)
    amounts = np.array([x.unit == "nmol" for x in s.states])
    matrix, losses = np.asarray(s.matrix(prepared)), np.asarray(s.losses(prepared))
    balance = matrix[..., amounts, :].sum(axis=-2) + losses
    np.testing.assert_allclose(balance[..., amounts], 0, atol=1e-12 * np.abs(matrix).max())
    assert np.all(matrix[..., amounts, :][..., ~amounts] == 0), "a concentration feeds an amount"
    assert losses.min() >= -1e-15


def _scalar(example):
    """A function of the parameters alone that weighs every number the submodel gives, and of nothing else."""
    s = example.submodel
    state = moved(s, s.prepare(example.parameters))

    def weighed(parameters):
        leaves = jax.tree.leaves(everything(s, parameters, state, example.inputs))
        return sum(jnp.sum(jnp.asarray(leaf) * jnp.cos(1.0 + i)) for i, leaf in enumerate(leaves))

    return weighed


def check_gradient_is_the_finite_difference(example):
    """Reverse-mode derivative by every parameter against a central difference."""
    parameters = jax.tree.map(lambda leaf: jnp.asarray(leaf, float), dict(example.parameters))
    leaves, structure = jax.tree.flatten(parameters)
    if not leaves:
        return
    function = _scalar(example)
    gradient = jax.tree.leaves(jax.grad(function)(parameters))
    scale = max(abs(float(g * p)) for g, p in zip(gradient, leaves, strict=True))
    for i, leaf in enumerate(leaves):
        h = 1e-5 * max(abs(float(leaf)), 1e-3)
        up, down = (
            float(function(jax.tree.unflatten(structure, [*leaves[:i], leaf + d, *leaves[i + 1 :]]))) for d in (h, -h)
        )
        difference = (up - down) / (2 * h)
        bound = 1e-6 * abs(difference) + 1e-8 * scale / max(abs(float(leaf)), 1e-3)
        assert abs(float(gradient[i]) - difference) <= bound, (i, float(gradient[i]), difference)


def check_batch_is_a_loop_over_lanes(example):
    """Lanes do not see each other: with another input, state and parameter in each, the batch is the loop."""
    s = example.submodel
    factor = 1 + 0.1 * jnp.arange(LANES)
    parameters, inputs = (jax.tree.map(lambda x: x * factor, wide(v)) for v in (example.parameters, example.inputs))
    parameters = {k: v if not _is_share(k) else wide(example.parameters)[k] for k, v in parameters.items()}
    state = moved(s, s.prepare(parameters))
    batch = everything(s, parameters, state, inputs)
    for lane in range(LANES):
        one = everything(s, *(jax.tree.map(lambda x, i=lane: x[i], v) for v in (parameters, state, inputs)))
        for whole, single in zip(jax.tree.leaves(batch), jax.tree.leaves(one), strict=True):
            many = np.ndim(whole) > np.ndim(single)
            found = (whole[lane] if np.ndim(whole) == 3 else whole[..., lane]) if many else whole
            np.testing.assert_allclose(found, single, rtol=1e-12)


def _is_share(name: str) -> bool:
    """Fractions must not grow past one when a test scales parameters."""
    return any(part in name for part in ("fraction", ".F", "first_pass", "share", "loss", "weight"))


def check_float32_is_close(example):
    """Single precision gives the same to about six digits."""
    s = example.submodel
    state = moved(s, s.prepare(example.parameters))
    low = [
        jax.tree.map(lambda x: jnp.asarray(x, jnp.float32), dict(v))
        for v in (example.parameters, state, example.inputs)
    ]
    double = everything(s, example.parameters, state, example.inputs)
    for a, b in zip(jax.tree.leaves(everything(s, *low)), jax.tree.leaves(double), strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-4, atol=2e-5 * float(np.max(np.abs(b))))


CHECKS = {
    name.removeprefix("check_"): f
    for name, f in list(globals().items())
    if name.startswith("check_") and inspect.isfunction(f)
}
