"""Every submodel keeps the contract. Classes are found by themselves: a new one is tested the day it is written."""

import importlib
import inspect
import pkgutil

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import contract_checks
from allostasis.exposure import CompartmentModel
from allostasis.model import (
    AbstractAlgebraic,
    AbstractLinear,
    AbstractRelaxation,
    AbstractSubmodel,
    Example,
    Port,
    State,
)
from contract_checks import BASELINE, CHECKS, LANES, naive

ROOMS = ("exposure", "receptor", "drug_targets", "adaptation", "circuit", "clinic")


def submodels() -> list[type]:
    """Every concrete submodel of the rooms."""
    found = set()
    for room in ROOMS:
        package = importlib.import_module(f"allostasis.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for value in vars(importlib.import_module(module.name)).values():
                if inspect.isclass(value) and issubclass(value, AbstractSubmodel) and not inspect.isabstract(value):
                    found.add(value)
    return sorted(found, key=lambda c: c.__name__)


ALL = submodels()


def test_the_submodels_are_found():
    names = {c.__name__ for c in ALL}
    assert names >= {"CompartmentModel", "MWCReceptor", "TwoTimescaleAdaptation", "NoAdaptation", "EffectProfile", "Unchanged"}


def test_concrete_classes_are_final():
    for one in ALL:
        assert not [other for other in ALL if other is not one and issubclass(other, one)], one


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("kind", ALL, ids=lambda c: c.__name__)
def test_contract(kind, check):
    CHECKS[check](kind.example())


NULLS = [c for c in ALL if "Null variant" in (c.__doc__ or "")]


@pytest.mark.parametrize("null", NULLS, ids=lambda c: c.__name__)
def test_null_variant_gives_the_same_ports_and_does_nothing(null):
    """A mechanism that is off is a submodel: it stands for one of its name, gives its ports, and leaves them at baseline."""
    example = null.example()
    one = example.submodel
    others = [c.example().submodel for c in ALL if c not in NULLS and c.example().submodel.name == one.name]
    assert others, "a null variant stands for another submodel of its name"
    assert all(set(one.outputs) == set(other.outputs) for other in others)
    assert one.states == ()
    loud = jax.tree.map(lambda leaf: 3 * leaf, dict(example.inputs))
    for name, value in one.readout(0.0, {}, loud, one.prepare(example.parameters)).items():
        if BASELINE[name] is not None:
            assert np.all(np.asarray(value) == naive(name, example.parameters))


# The battery must be able to fail: each of these is broken in one way.


class Broken(AbstractRelaxation):
    """A sound submodel with a switch for one fault."""

    fault: str = eqx.field(static=True, default="")

    @property
    def name(self):
        return "broken"

    @property
    def references(self):
        return ("nobody2026",) if self.fault == "source" else ()

    @property
    def states(self):
        return (State("y", "1", "a state", True),)

    @property
    def inputs(self):
        return (Port("log_inhibition_gain", "bananas" if self.fault == "unit" else "1", "gain"),)

    @property
    def outputs(self):
        return (Port("log_adaptation", "1", "adaptation", ("a", "b") if self.fault == "components" else ()),)

    def rates(self, prepared):
        return {"y": -prepared["k"] if self.fault == "rate" else prepared["k"]}

    def drive(self, time, state, inputs, prepared):
        gain = inputs["log_inhibition_gain"]
        if self.fault == "negative":
            gain = gain - 3 * gain * gain
        return {"y": prepared["k"] * gain + (1e-3 if self.fault == "drift" else 0)}

    def initial(self, prepared):
        return {"y": 0 * prepared["k"]}

    def readout(self, time, state, inputs, prepared):
        y = state["y"] * prepared["k"]
        if self.fault == "lanes":
            y = y - jnp.mean(y)
        if self.fault == "gradient":
            y = y + jnp.floor(prepared["k"] * 1e12) * 1e-12
        if self.fault == "offset":
            y = y + 1
        if self.fault == "precision":
            y = ((y + 1e9) - 1e9) + y
        if self.fault == "infinite":
            y = y / jnp.maximum(inputs["log_inhibition_gain"], 0)
        return {"log_adaptation": y, "extra": y} if self.fault == "extra" else {"log_adaptation": y}

    @classmethod
    def example(cls):
        return broken("")


def broken(fault):
    gain = jnp.full(LANES, 0.2)
    return Example(Broken(fault), {"k": 0.3}, {"log_inhibition_gain": gain}, {"log_inhibition_gain": 0 * gain})


FAULTS = {
    "unit": "declaration", "source": "declaration", "components": "ports", "extra": "ports", "infinite": "ports",
    "rate": "states", "drift": "rest_is_stationary", "offset": "rest_is_baseline",
    "negative": "positive_states_stay_positive", "gradient": "gradient_is_the_finite_difference",
    "lanes": "batch_is_a_loop_over_lanes", "precision": "float32_is_close",
}  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_a_sound_submodel_passes(check):
    CHECKS[check](broken(""))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_submodel_fails(fault):
    with pytest.raises(Exception) as raised:  # noqa: PT011  (a unit that does not exist raises what pint raises)
        CHECKS[FAULTS[fault]](broken(fault))
    assert isinstance(raised.value, AssertionError) or fault == "unit"


@pytest.mark.parametrize(
    ("element", "check"),
    [((1, 0), "mass_is_conserved"), ((0, 3), "positive_states_stay_positive")],
    ids=["mass from nowhere", "flow outside the sparsity"],
)
def test_a_leaking_exposure_fails(monkeypatch, element, check):
    sound = CompartmentModel.matrix

    def leaking(self, prepared):
        return jnp.asarray(sound(self, prepared)).at[element].add(1e-3)

    example = CompartmentModel.example()
    CHECKS[check](example)
    monkeypatch.setattr(CompartmentModel, "matrix", leaking)
    with pytest.raises(AssertionError):
        CHECKS[check](example)


def test_every_check_has_been_seen_to_fail():
    seen = {*FAULTS.values(), "mass_is_conserved"}
    assert seen == set(CHECKS) == {n.removeprefix("check_") for n in dir(contract_checks) if n.startswith("check_")}
    assert issubclass(CompartmentModel, AbstractLinear)
    assert any(issubclass(c, AbstractAlgebraic) for c in ALL)
