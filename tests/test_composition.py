"""Submodels join by the names of their ports, in the only order that works, or are refused with the reason."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from allostasis.adaptation import NoAdaptation, TwoTimescaleAdaptation, Unchanged
from allostasis.circuit import ExcitationInhibitionBalance
from allostasis.exposure import CompartmentModel, Moiety
from allostasis.model import AbstractAlgebraic, Composition, Example, Port, records
from allostasis.quantity import InputError, UnknownNameError
from allostasis.receptor import InhibitionGain, MWCReceptor

LIGANDS = ("parent", "metabolite")


class Relay(AbstractAlgebraic):
    """Takes one port and gives another, for tests of the wiring."""

    takes: Port
    gives: Port

    @property
    def name(self):
        return f"{self.takes.name} to {self.gives.name}"

    @property
    def inputs(self):
        return (self.takes,)

    @property
    def outputs(self):
        return (self.gives,)

    @property
    def references(self):
        return ()

    def readout(self, time, state, inputs, prepared):
        return {self.gives.name: inputs[self.takes.name]}

    @classmethod
    def example(cls):
        return Example(cls(Port("a", "1", ""), Port("b", "1", "")), {}, {"a": jnp.ones(3)}, {"a": jnp.zeros(3)})


def chain():
    return (
        ExcitationInhibitionBalance(), Unchanged.example().submodel, TwoTimescaleAdaptation(), InhibitionGain(),
        MWCReceptor(LIGANDS), CompartmentModel.example().submodel,
    )  # fmt: skip


def parameters():
    ligand = MWCReceptor.example().parameters
    pairs = zip(LIGANDS, ("agonist", "antagonist"), strict=True)
    return {s.name: type(s).example().parameters for s in chain()} | {
        "receptor": dict(ligand) | {f"{k}.{new}": ligand[f"{k}.{old}"] for new, old in pairs for k in "Kc"}
    }


@pytest.mark.parametrize("given", [chain(), chain()[::-1]], ids=["as listed", "backwards"])
def test_order_follows_the_ports_whatever_order_they_are_given_in(given):
    names = [s.name for s in Composition(*given).submodels]
    assert set(names) == {s.name for s in chain()}
    for earlier, later in (("exposure", "receptor"), ("receptor", "inhibition_gain"), ("inhibition_gain", "balance")):
        assert names.index(earlier) < names.index(later)
    assert names.index("adaptation") < names.index("balance")


def test_equal_compositions_are_one_key_of_the_compile_cache():
    first, second = Composition(*chain()), Composition(*chain())
    assert first == second
    assert hash(first) == hash(second)
    assert first != Composition(*(NoAdaptation() if s.name == "adaptation" else s for s in chain()))


def test_order_does_not_change_the_result():
    values = parameters()
    found = []
    for submodels in (chain(), chain()[::-1]):
        composition = Composition(*submodels)
        prepared = composition.prepare(values)
        states = dict(composition.initial(prepared))
        states |= {f"exposure.{s.name}": np.asarray(3.0) for s in composition.linear.states}
        ports = composition.evaluate(0.0, states, prepared)
        found.append((ports, composition.drives(0.0, states, ports, prepared)))
    for a, b in zip(jax.tree.leaves(found[0]), jax.tree.leaves(found[1]), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-15)


def test_a_port_that_nobody_gives():
    with pytest.raises(InputError, match="takes port 'log_inhibition_gain', which nobody gives"):
        Composition(TwoTimescaleAdaptation())


def test_a_port_given_twice():
    with pytest.raises(InputError, match="given by both"):
        Composition(NoAdaptation(), *chain())


def test_a_port_in_another_unit_or_of_other_components():
    other = CompartmentModel((Moiety("diazepam", 1),))
    with pytest.raises(InputError, match="unbound_brain"):
        Composition(other, MWCReceptor(LIGANDS))
    given, taken = Port("a", "nM", ""), Port("a", "uM", "")
    with pytest.raises(InputError, match="gives nM"):
        Composition(Relay(Port("b", "1", ""), given), Relay(taken, Port("b", "1", "")))


def test_an_algebraic_loop():
    a, b = Port("a", "1", ""), Port("b", "1", "")
    with pytest.raises(InputError, match="algebraic loop between"):
        Composition(Relay(a, b), Relay(b, a))


def test_two_linear_submodels():
    other = CompartmentModel((Moiety("x", 1, (), False),))
    composition = Composition(other)
    assert composition.linear is other
    object.__setattr__(composition, "submodels", (other, other))
    with pytest.raises(InputError, match="at most one"):
        _ = composition.linear


def test_picture_shows_what_acts_at_once_and_what_through_a_derivative():
    picture = Composition(*chain()).mermaid()
    assert "exposure -->|unbound_brain| receptor" in picture
    assert "inhibition_gain -.->|log_inhibition_gain| adaptation" in picture
    assert "adaptation -->|log_adaptation| balance" in picture


def test_records_name_what_there_is():
    ports = Composition(*chain()).ports
    assert [r.component for r in records(ports, {"plasma": ("mean",)})] == [0, 1]
    with pytest.raises(UnknownNameError, match="imbalance"):
        records(ports, {"imbalence": ("mean",)})
    with pytest.raises(UnknownNameError, match="median"):
        records(ports, {"imbalance": ("median",)})
    with pytest.raises(InputError, match="without max"):
        records(ports, {"imbalance": ("time_of_max",)})
