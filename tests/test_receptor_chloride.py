"""Chloride: load and loss of KCC2 raise it and depolarise E_GABA; both clocks settle at the same level."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from allostasis.receptor.chloride import ChlorideDynamics, ChlorideSteady, ConstantChloride, chloride_parameters

PARAMETERS = chloride_parameters()
REST = PARAMETERS["membrane_potential"]


def inputs(kcc2=1.0, conductance=1.0, potential=REST):
    return {"kcc2": jnp.array([kcc2]), "gaba_conductance": jnp.array([conductance]),
            "membrane_potential": jnp.array([potential])}  # fmt: skip


def steady(given, **changes):
    model = ChlorideSteady()
    return {k: float(v[0]) for k, v in model.readout(0.0, {}, given, model.prepare(PARAMETERS | changes)).items()}


def settle(given, hours, chloride=None, step=1 / 200):
    """Exponential Euler on the acute clock (18 s)."""
    model = ChlorideDynamics()
    prepared = model.prepare(PARAMETERS)
    y = jnp.atleast_1d(model.initial(prepared)["chloride"] if chloride is None else chloride)
    rate = model.rates(prepared)["chloride"]
    for _ in range(round(hours / step)):
        drive = model.drive(0.0, {"chloride": y}, given, prepared)["chloride"]
        y = y * np.exp(-rate * step) + drive * -np.expm1(-rate * step) / rate
    return float(y[0])


def test_rest_is_stationary_and_all_variants_agree_there():
    assert steady(inputs())["chloride"] == pytest.approx(PARAMETERS["chloride_rest"], rel=1e-12)
    model = ChlorideDynamics()
    prepared = model.prepare(PARAMETERS)
    start = model.initial(prepared)
    assert abs(float(model.derivative(0.0, start, inputs(), prepared)["chloride"][0])) < 1e-12
    null = ConstantChloride().readout(0.0, {}, {}, PARAMETERS)
    assert float(null["e_gaba"]) == pytest.approx(steady(inputs())["e_gaba"])


@pytest.mark.parametrize(
    "given",
    [inputs(conductance=5.0, potential=-50.0), inputs(kcc2=0.3), inputs(0.5, 5.0, -45.0)],
    ids=["load", "kcc2 lost", "both"],
)
def test_load_and_loss_of_kcc2_raise_chloride_and_depolarise(given):
    calm, loaded = steady(inputs()), steady(given)
    assert loaded["chloride"] > 1.5 * calm["chloride"]
    assert loaded["e_gaba"] > calm["e_gaba"] + 8
    assert loaded["e_gaba"] > loaded["e_chloride"]
    assert settle(given, 1.5) == pytest.approx(loaded["chloride"], rel=1e-3)  # the acute clock comes to the same level


def test_recovery_is_slower_without_kcc2():
    loaded = 20.0
    with_it, without = settle(inputs(), 0.1, loaded), settle(inputs(kcc2=0.2), 0.1, loaded)
    assert PARAMETERS["chloride_rest"] < with_it < without < loaded


def test_gaba_depolarises_when_chloride_is_high_and_bumetanide_helps():
    assert steady(inputs(0.0))["e_gaba"] > REST
    assert steady(inputs(0.3), nkcc1=0.0)["chloride"] < steady(inputs(0.3))["chloride"]


def test_gradient_is_the_finite_difference():
    def level(kcc2):
        model = ChlorideSteady()
        return model.readout(0.0, {}, inputs() | {"kcc2": kcc2}, model.prepare(PARAMETERS))["e_gaba"][0]

    kcc2, h = jnp.array([0.6]), 1e-6
    finite = (level(kcc2 + h) - level(kcc2 - h)) / (2 * h)
    assert float(jax.grad(level)(kcc2)[0] / finite) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("model", [ChlorideDynamics, ChlorideSteady, ConstantChloride])
def test_example_runs_and_is_finite(model):
    submodel, parameters, given, _ = model.example()
    prepared = submodel.prepare(parameters)
    state = submodel.initial(prepared) if submodel.states else {}
    ports = submodel.readout(0.0, state, given, prepared)
    assert set(ports) == {port.name for port in submodel.outputs}
    assert all(np.isfinite(value).all() for value in ports.values())
