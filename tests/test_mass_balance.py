"""Every pharmacokinetic graph of the library conserves moles: body plus what left equals the dose, to 1e-9."""

import numpy as np
import pytest

from allostasis import library
from allostasis.model.exponential import propagator
from allostasis.patient import Patient
from allostasis.simulation.assemble import assemble

PAIRS = [(name, route) for name in library.drug_names() for route in library.drug(name).routes]


@pytest.mark.parametrize(("drug", "route"), PAIRS, ids=["-".join(p) for p in PAIRS])
def test_moles_are_conserved(drug, route):
    system = assemble([(drug, route)], Patient())
    model = system.composition.linear
    prepared = model.prepare(system.parameters["exposure"])
    matrix, losses = np.asarray(model.matrix(prepared)), np.asarray(model.losses(prepared))
    amounts = np.array([state.unit == "nmol" for state in model.states])
    n = len(losses)
    with_sink = np.zeros((n + 1, n + 1))
    with_sink[:n, :n], with_sink[n, :n] = matrix, losses
    start = np.append(np.asarray(model.dose_vector(drug, route, prepared)), 0.0)
    dose = start.sum()
    for hours in (0.1, 3.0, 100.0, 5000.0):
        end = propagator(with_sink[None], hours)[0] @ start
        assert np.all(end > -1e-9 * dose)
        assert end[:n][amounts].sum() + end[n] == pytest.approx(dose, rel=1e-9)


@pytest.mark.parametrize("name", library.drug_names())
def test_terminal_half_life_is_the_one_of_its_parameters(name):
    drug = library.drug(name)
    if "iv" not in drug.routes or drug.n_compartments > 1 or drug.nonlinear:
        pytest.skip("closed form for one linear compartment only")
    system = assemble([(name, "iv")], Patient())
    model = system.composition.linear
    prepared = model.prepare(system.parameters["exposure"])
    index = [s.name for s in model.states].index(f"{name}.central")
    rate = -np.asarray(model.matrix(prepared))[index, index]
    assert np.log(2) / rate == pytest.approx(np.log(2) * drug.V1.value / drug.CL.value, rel=1e-12)
