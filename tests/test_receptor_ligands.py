"""Ligands: derived constants give back what was measured, blanks are refused, statements of selectivity hold."""

import numpy as np
import pytest

from allostasis import library
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError, NotModelledError
from allostasis.receptor.allostery import affinity_from_ec50, efficacy_from_modulation
from allostasis.receptor.curves import ec_fraction_gaba, ec_fraction_ligand, max_modulation, open_probability
from allostasis.receptor.ligands import ligand, ligand_names, uncertainty

NUMBERS = library.parameter_set("receptor_ligands")
MEASURED = [k for k in NUMBERS if ".benzodiazepine.modulation." in k]
HALF = [k for k in NUMBERS if ".benzodiazepine.EC50." in k]


@pytest.mark.parametrize("key", MEASURED)
def test_efficacy_gives_back_the_measured_modulation(key):
    name, _, _, alpha = key.split(".")
    if f"{name}.benzodiazepine.c.{alpha}" in NUMBERS:
        pytest.skip("c was given")
    percent = float(max_modulation(f"{alpha}b3g2", name))
    assert percent == pytest.approx(100 * NUMBERS[key].value, rel=1e-9)
    found = ligand(name).binding(f"{alpha}b3g2")
    assert found is not None
    assert (found.c.kind, found.c.status) == ("derived", "derived")


@pytest.mark.parametrize("key", HALF)
def test_affinity_gives_back_the_measured_half_maximal_concentration(key):
    name, _, _, alpha = key.split(".")
    half = ec_fraction_ligand(f"{alpha}b3g2", name, ec_fraction_gaba(f"{alpha}b3g2", 0.2))
    assert float(half) == pytest.approx(NUMBERS[key].value, rel=1e-9)


def test_inversions_agree_with_the_tried_set():
    for alpha, c, k, modulation, half in (("a1", 3.99, 3.4, -0.71, 3.9), ("a5", 2.62, 1.1, -0.57, 1.2)):
        found = ligand("DMCM").binding(f"{alpha}b3g2")
        assert found is not None
        assert found.c.value == pytest.approx(c, rel=0.01)
        assert found.K.value == pytest.approx(k, rel=0.05)
        assert NUMBERS[f"dmcm.benzodiazepine.modulation.{alpha}"].value == modulation
        assert NUMBERS[f"dmcm.benzodiazepine.EC50.{alpha}"].value == half
    with pytest.raises(InputError, match="no efficacy"):
        efficacy_from_modulation(9.0, 4.0)
    assert affinity_from_ec50(7.0, 4.0, 1.0) == 7.0


@pytest.mark.parametrize("name", ligand_names())
def test_every_ligand_has_numbers_or_says_why_not(name):
    found = ligand(name)
    if not found.sites:
        assert found.finding
        with pytest.raises(InputError):
            open_probability("a1b3g2", 1.0, {name: 1.0})
        return
    answered = 0
    for site in found.sites:
        for alpha in SUBTYPES:
            try:
                binding = found.binding(f"{alpha}b3g2", site)
            except NotModelledError:
                continue
            assert binding is not None
            for p in (binding.K, binding.c):
                assert p.value > 0
                assert p.source in library.bibliography()
                if p.status in ("assumed", "derived"):
                    assert p.note
            answered += 1
    assert answered


def test_one_known_tissue_carries_an_uncertainty():
    for alpha in SUBTYPES:
        binding = ligand("nitrazepam").binding(f"{alpha}b3g2")
        assert binding is not None
        assert binding.K.status in {"assumed", "recalled"}
        assert uncertainty(binding.K) == pytest.approx(np.log(2))
        assert uncertainty(binding.c) == pytest.approx(0.25, abs=0.01)


def test_selectivity_as_stated():
    effect = {
        name: {a: float(max_modulation(f"{a}b3g2", name)) for a in SUBTYPES} for name in ("TPA023", "a5IA", "L-838,417")
    }
    assert effect["TPA023"]["a1"] == effect["TPA023"]["a5"] == 0
    assert effect["TPA023"]["a2"] > 10
    assert effect["L-838,417"]["a1"] == 0
    assert min(effect["a5IA"], key=lambda a: effect["a5IA"][a]) == "a5"
    partial = max_modulation("a1b3g2", "imidazenil") / max_modulation("a1b3g2", "diazepam")
    assert 0.5 <= float(partial) <= 0.7
    assert float(max_modulation("a1(H101R)b3g2", "diazepam")) == 0
    assert float(max_modulation("a1(H101R)b3g2", "Ro 15-4513")) > 0 > float(max_modulation("a1b3g2", "Ro 15-4513"))


@pytest.mark.parametrize("name", ["allopregnanolone", "pentobarbital", "propofol", "etomidate"])
def test_direct_openers_open_without_gaba(name):
    assert open_probability("a1b2g2", 0.0, {name: 1e6}) > 10 * open_probability("a1b2g2", 0.0)
    assert open_probability("a1b2g2", 0.0, {"diazepam": 1e4}) < 3 * open_probability("a1b2g2", 0.0)


def test_the_card_shows_both_affinities():
    assert "a1 35 / " in library.markdown_card("diazepam")
