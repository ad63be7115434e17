"""Drug targets beside the receptor, brain entry of the drugs that act there, and the exposure of rodents."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from allostasis import library
from allostasis.adaptation import Unchanged
from allostasis.cli.app import app
from allostasis.drug_targets import AmpaBlock, NmdaBlock, ReleaseBlock, SodiumChannelBlock
from allostasis.exposure import AnimalCompartments, CompartmentModel, Depot, Moiety, Variation
from allostasis.exposure.animal import peak
from allostasis.library.reach import extent, sites_of, targets_of, why_not
from allostasis.model import Composition
from allostasis.model.acute_ports import ACTIVITY
from allostasis.model.exponential import propagator
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.simulation.animal_numbers import animal_exposure, animal_routes
from allostasis.simulation.book import Book
from allostasis.simulation.drug_target_numbers import TARGETS, drug_targets, null
from allostasis.simulation.drug_target_table import at_targets, ports_at, therapeutic_drugs
from allostasis.simulation.receptor_numbers import receptor

PORTS = ("nmda_available", "ampa_available", "nav_available", "release", "gaba_synthesis", "t_type_available")


def ports(levels_uM, activity=1.0):
    """Every port of the drug targets at constant unbound brain levels [uM], long after the start."""
    return ports_at(levels_uM, activity)


# What the targets do


def test_ketamine_leaves_the_share_that_is_not_occupied():
    rows = library.parameter_set("drug_targets")
    k = rows["nmda_channel.ketamine.K"].to("uM")
    assert ports({"ketamine": k}, activity=0.0)["nmda_available"] == pytest.approx(0.5)
    for level in (0.5, 5.0):  # therapeutic, unbound
        assert ports({"ketamine": level}, activity=0.0)["nmda_available"] == pytest.approx(1 - level / (level + k))
    relieved = k / rows["nmda_channel.magnesium"].value ** rows["nmda_channel.relief"].value
    assert rows["conflict.nmda_channel.ketamine.magnesium-free"].to("uM") < relieved < k
    assert ports({"ketamine": relieved}, activity=1.0)["nmda_available"] == pytest.approx(0.5)
    both = ports({"ketamine": 5.0, "norketamine": 5.0})["nmda_available"]
    assert ports({"ketamine": 10.0})["nmda_available"] < both < ports({"ketamine": 5.0})["nmda_available"]


def test_sodium_channel_drugs_compete_and_do_not_multiply():
    """Kuo 1998: one molecule a channel. Phenytoin and lamotrigine have one K, so half of each is as good as one of them."""
    alone, half = ports({"phenytoin": 8.0}), ports({"phenytoin": 4.0, "lamotrigine": 4.0})
    assert half["nav_available"] == pytest.approx(alone["nav_available"], rel=1e-12)
    x, y, seizure = 8.0 / 9, 7.0 / 25, library.parameter_set("drug_targets")["seizure"].value
    together = ports({"phenytoin": 8.0, "carbamazepine": 7.0})["nav_available"]
    assert together == pytest.approx(1 - seizure * (x + y) / (1 + x + y))
    product = alone["nav_available"] * ports({"carbamazepine": 7.0})["nav_available"]
    assert together > product + 0.02


def test_use_dependence_spares_the_resting_circuit():
    rest, seizure = (ports({"phenytoin": 8.2, "levetiracetam": 100.0}, activity=a) for a in (0.0, 1.0))
    assert rest["nav_available"] > 0.97
    assert seizure["nav_available"] < 0.65
    assert rest["release"] == 1
    assert 0.8 < seizure["release"] < 0.85


@pytest.mark.parametrize(
    ("drug", "port", "levels", "loss"),
    [
        ("perampanel", "ampa_available", (0.03, 0.14), (0.05, 0.20)),
        ("phenobarbital", "ampa_available", (36.0, 96.0), (0.04, 0.15)),
        ("valproate", "nav_available", (35.0, 104.0), (0.0, 0.15)),
        ("cenobamate", "nav_available", (15.0, 45.0), (0.05, 0.15)),
        ("ethosuximide", "t_type_available", (283.0, 708.0), (0.15, 0.32)),
    ],
)
def test_therapeutic_unbound_levels_give_the_percentages_of_the_sources(drug, port, levels, loss):
    low, high = (1 - ports({drug: level})[port] for level in levels)
    assert loss[0] <= round(low, 2) < round(high, 2) <= loss[1]


def test_measured_points_come_back():
    """Adenosine and CPA on excitatory currents; ethosuximide at 750 uM; levetiracetam's imaged plasma level."""
    assert ports({"adenosine": 10.0})["release"] == pytest.approx(0.28, abs=0.01)
    assert ports({"cpa": 0.01})["release"] == pytest.approx(0.52, abs=0.02)
    assert ports({"ethosuximide": 750.0})["t_type_available"] == pytest.approx(0.68, abs=0.005)
    for name, plasma in (("levetiracetam", 12.5), ("brivaracetam", 0.46)):
        drug = library.drug(name)
        brain = plasma / drug.molar_mass.value * 1000 * drug.brain.fu_plasma.value * drug.brain.Kp_uu.value
        effect = library.parameter_set("drug_targets")["sv2a_effect"].value
        assert 1 - ports({name: brain})["release"] == pytest.approx(effect / 2, rel=0.01)


def test_valproate_raises_gaba_slowly():
    """Nothing at the start, 1.05 to 1.3 for what therapeutic plasma levels leave in brain."""
    kp = library.drug("valproate").brain.Kp_uu.value
    book = Book()
    raising = next(s for s in drug_targets(book, ("valproate",)) if s.name == "gaba_synthesis")
    values = raising.prepare(book.values["gaba_synthesis"])
    assert raising.readout(0.0, raising.initial(values), {}, values)["gaba_synthesis"] == 1
    assert raising.rates(values)["raised"] == pytest.approx(1 / values["tau"])
    assert 1.05 < ports({"valproate": 35 * kp})["gaba_synthesis"] < ports({"valproate": 104 * kp})["gaba_synthesis"] < 1.3


def test_barbiturates_act_on_sustained_activity_only():
    quiet, seizure = (ports({"thiopental": 50.0}, activity=a)["ampa_available"] for a in (0.0, 1.0))
    assert quiet == 1
    assert seizure == pytest.approx(1 - 50 / 106.6)


def test_naive_is_one_and_more_drug_never_does_less():
    names = ("ketamine", "phenytoin", "levetiracetam", "valproate", "perampanel", "thiopental", "ethosuximide", "cpa")
    assert ports(dict.fromkeys(names, 0.0)) == dict.fromkeys(PORTS, 1.0)
    before = ports(dict.fromkeys(names, 0.0))
    for level in (0.1, 1.0, 10.0, 100.0):
        now = ports(dict.fromkeys(names, level))
        for port in PORTS:
            assert now[port] > before[port] if port == "gaba_synthesis" else 0 <= now[port] < before[port]
        before = now


def test_each_port_is_given_once_and_nulls_stand_in():
    for ligands in ((), ("lorazepam",), ("ketamine", "phenytoin", "levetiracetam", "valproate")):
        book = Book()
        made = drug_targets(book, ligands)
        assert tuple(s.outputs[0].name for s in made) == PORTS
        assert all(s.name in book.values for s in made)
        assert all(type(s).__name__ == "Unchanged" for s in made if not (set(ligands) - {"lorazepam"}))
    off = drug_targets(Book(), ("ketamine",), without=("nmda_block",))
    assert all(type(s).__name__ == "Unchanged" for s in off)
    with pytest.raises(UnknownNameError, match="nmda_block"):
        drug_targets(Book(), ("ketamine",), without=("nmda",))
    with pytest.raises(UnknownNameError, match="drug target"):
        null("nmda")


def test_activity_is_taken_only_where_it_matters():
    assert [p.name for p in AmpaBlock(("perampanel",), ("perampanel",)).inputs] == ["unbound_brain"]
    assert [p.name for p in ReleaseBlock(("cpa",), (), ("cpa",)).inputs] == ["unbound_brain"]
    assert [p.name for p in SodiumChannelBlock(("phenytoin",), ("phenytoin",)).inputs] == ["unbound_brain", "activity"]
    with pytest.raises(UnknownNameError, match="ketamin"):
        NmdaBlock(("ketamin",), ("ketamine",))


# What the library says of it


def test_rows_that_disagree_are_kept_and_not_used():
    rows = library.parameter_set("drug_targets")
    conflicts = [key for key in rows if key.startswith("conflict.")]
    assert len(conflicts) >= 8
    book = Book()
    drug_targets(book, ("ketamine", "perampanel", "pentobarbital", "levetiracetam", "ethosuximide", "valproate"))
    assert not [row.name for row in book.used.values() if "conflict" in row.name]


def test_every_port_and_word_of_a_target_is_known():
    words = library.set_words("drug_targets")
    assert {said["port"] for said in words.values()} == set(PORTS)
    assert {site for target in TARGETS.values() for site in target.sites} == set(words)


def test_reach_knows_drug_targets():
    assert targets_of(library.drug("ketamine")) == ("nmda_channel",)
    assert targets_of(library.drug("phenobarbital")) == ("ampa_receptor",)
    assert extent(library.drug("fosphenytoin")) == "acute"
    assert sites_of(library.drug("thiopental")) == ("barbiturate",)
    assert why_not(library.drug("ganaxolone")) == ""


def enhanced(name, level_uM):
    """Phasic open probability of alpha1 receptors over drug-free."""
    book = Book()
    mwc = receptor(book, (name,))[0]
    inputs = {"unbound_brain": (jnp.array([1000.0 * level_uM]),)}
    return float(mwc.readout(0.0, {}, inputs, mwc.prepare(book.values["receptor"]))["modulation_phasic"][0][0])


def test_thiopental_enhances_inhibition_at_anaesthetic_levels():
    """At 20 to 50 uM unbound (burst suppression) more than phenobarbital at its 36 to 96 uM; half-maximal at 10 to 50."""
    thiopental = [enhanced("thiopental", c) for c in (10, 20, 50)]
    phenobarbital = [enhanced("phenobarbital", c) for c in (36, 96)]
    assert 1 < phenobarbital[0] < phenobarbital[1] < thiopental[1] < thiopental[2]
    half = (1 + enhanced("thiopental", 1e5)) / 2
    assert thiopental[0] < half < thiopental[2]


def test_unbound_brain_of_valproate_follows_what_binding_leaves_unbound():
    drug = library.drug("valproate")
    per_uM = 1000 / drug.molar_mass.value
    values = {
        "valproate.V1": drug.V1.value, "valproate.Kp_uu": drug.brain.Kp_uu.value, "valproate.ke0": drug.brain.ke0.value,
        "valproate.Bmax": drug.plasma_binding.Bmax.value * per_uM * 1000, "valproate.CL": 0.5,
        "valproate.Kd": drug.plasma_binding.Kd.value * per_uM * 1000, "valproate.molar_mass": drug.molar_mass.value,
    }  # fmt: skip
    model = CompartmentModel((Moiety("valproate", 1),), (), Variation(saturable=(("valproate", "plasma_binding"),)))
    assert set(model.parameter_names()) == set(values)
    for total, unbound in ((50.0, 5.74), (100.0, 15.5), (150.0, 33.3)):  # mg/L; C = U + Bmax U/(Kd + U)
        most, kd = drug.plasma_binding.Bmax.value, drug.plasma_binding.Kd.value
        assert unbound + most * unbound / (kd + unbound) == pytest.approx(total, rel=0.05)
        level = jnp.array([total * per_uM * 1000])
        state = {"valproate.central": level * drug.V1.value, "valproate.brain": level}
        brain = model.readout(0.0, state, {}, model.prepare(values))["unbound_brain"][0]
        assert float(brain[0]) == pytest.approx(0.544 * unbound * per_uM * 1000, rel=0.05)
    assert np.asarray(model.matrix(values))[1, 0] == pytest.approx(values["valproate.ke0"] / values["valproate.V1"])


# Rodents


def course(doses, hours):
    """Unbound brain [uM] per drug after single doses {(drug, route): mg/kg}."""
    book = Book()
    animal = animal_exposure(book, doses)
    values = animal.prepare(book.values["exposure"])
    names = [s.name for s in animal.states]
    start = sum(np.asarray(animal.dose_vector(d, r, values)) * mg for (d, r), mg in doses.items())
    matrix = np.asarray(animal.matrix(values))
    x = np.array([propagator(matrix[None], float(h))[0] @ start for h in hours]) / 1000
    return {drug: x[:, names.index(f"{drug}.brain")] for drug in animal.drugs}


def test_rat_diazepam_10_mg_per_kg():
    """0.36 uM extrapolated to the dose: the area is that over the rate constant, the peak is below, the half-life 0.89 h."""
    hours = np.linspace(0, 12, 2401)
    brain = course({("diazepam", "intraperitoneal"): 10.0}, hours)["diazepam"]
    assert np.trapezoid(brain, hours) == pytest.approx(0.36 * 0.89 / np.log(2), rel=1e-3)
    assert 0.25 < brain.max() < 0.36
    late = np.log(brain[1000] / brain[1200]) / (hours[1200] - hours[1000])
    assert np.log(2) / late == pytest.approx(0.89, rel=1e-3)
    slope = np.exp(np.log(brain[1000]) + late * hours[1000])  # the terminal line, back to time 0
    assert slope == pytest.approx(0.36, rel=0.1)


@pytest.mark.parametrize(
    ("drug", "route", "dose", "when", "level"),
    [
        ("levetiracetam", "intraperitoneal", 40.0, (2.0, 2.5), (100.0, 250.0)),
        ("allopregnanolone", "intramuscular", 3.0, (0.15, 0.18), (0.038, 0.042)),
        ("ganaxolone", "intramuscular", 3.0, (0.15, 0.18), (0.053, 0.059)),
        ("lorazepam", "intraperitoneal", 0.94, (0.4, 0.8), (0.05, 0.061)),
        ("midazolam", "intraperitoneal", 1.0, (0.0, 0.15), (0.010, 0.050)),
    ],
)
def test_peaks_are_where_they_were_measured(drug, route, dose, when, level):
    hours = np.linspace(0, 6, 1201)
    brain = course({(drug, route): dose}, hours)[drug]
    assert when[0] <= hours[brain.argmax()] <= when[1]
    assert level[0] <= brain.max() <= level[1]


def test_the_peak_in_closed_form():
    hours = np.linspace(0, 6, 6001)
    book = Book()
    animal_exposure(book, [("levetiracetam", "ip")])
    v = book.values["exposure"]
    at, height = peak(v["levetiracetam.k"], v["levetiracetam.intraperitoneal.ka"], v["levetiracetam.e"])
    brain = course({("levetiracetam", "intraperitoneal"): 1.0}, hours)["levetiracetam"]
    assert at == pytest.approx(hours[brain.argmax()], abs=2e-3)
    assert height * v["levetiracetam.intraperitoneal.level"] / 1000 == pytest.approx(brain.max(), rel=1e-5)


def test_a_vein_is_straight_in_and_the_next_drug_does_not_see_it():
    brain = course({("ketamine", "iv"): 10.0, ("diazepam", "intraperitoneal"): 10.0}, [0.0, 0.75])
    assert brain["ketamine"][0] == pytest.approx(5.26)
    assert brain["ketamine"][1] == pytest.approx(2.63)
    alone = course({("diazepam", "intraperitoneal"): 10.0}, [0.0, 0.75])
    np.testing.assert_allclose(brain["diazepam"], alone["diazepam"])


def test_the_animal_takes_its_place_in_the_chain():
    """One composition: rodent, receptor and drug targets, joined by the port of unbound brain."""
    book = Book()
    animal = animal_exposure(book, [("diazepam", "ip"), ("ketamine", "ip")])
    parts = [s for s in drug_targets(book, animal.drugs) if s.name in ("nmda_block", "gaba_synthesis")]
    chain = Composition(animal, receptor(book, animal.drugs)[0], Unchanged("seizure", (ACTIVITY,), (0.0,)), *parts)
    assert chain.linear is animal
    assert {"nmda_available", "modulation_phasic"} <= set(chain.ports)


def test_rats_make_norketamine_of_ketamine():
    """Area of the metabolite over that of the drug: that of the library after i.v., over F by another route."""
    rows, ratios = library.parameter_set("rat_exposure"), {}
    for route in ("iv", "intraperitoneal"):
        book = Book()
        animal = animal_exposure(book, [("ketamine", route)])
        assert animal.drugs == ("ketamine", "norketamine")
        numbers = book.values["exposure"]
        area = -np.linalg.solve(np.asarray(animal.matrix(numbers)), np.asarray(animal.dose_vector("ketamine", route, numbers)))
        ratios[route] = area[-1] / area[-2]
    assert ratios["iv"] == pytest.approx(rows["ketamine.norketamine.area"].value)
    assert ratios["intraperitoneal"] == pytest.approx(ratios["iv"] / rows["ketamine.intraperitoneal.available"].value)
    assert animal_exposure(Book(), [("diazepam", "ip")]).drugs == ("diazepam",)
    with pytest.raises(UnknownNameError, match="made"):
        AnimalCompartments(("drug",), (("drug", "iv"),), (), (("drug", "made"),))


def test_what_an_animal_lacks_is_refused():
    with pytest.raises(NotModelledError, match="ketamine: iv"):
        animal_exposure(Book(), [("ketamine", "oral")])
    with pytest.raises(NotModelledError, match="alprazolam"):
        animal_exposure(Book(), [("alprazolam", "ip")])
    with pytest.raises(InputError, match="at least one"):
        AnimalCompartments((), ())
    with pytest.raises(UnknownNameError, match="ketamine"):
        AnimalCompartments(("diazepam",), (("ketamine", "iv"),))
    animal = AnimalCompartments(("diazepam",), (("diazepam", "iv"),))
    with pytest.raises(UnknownNameError, match="dosing site"):
        animal.dose_vector("diazepam", "intraperitoneal", {"diazepam.iv.level": 1.0})


def test_every_rodent_route_has_its_numbers():
    rows = library.parameter_set("rat_exposure")
    for drug, routes in animal_routes().items():
        assert f"{drug}.half_life" in rows
        assert all(route == "iv" or f"{drug}.{route}.ka" in rows for route in routes)
        library.canonical(drug, "drug")
        assert all(library.canonical(route, "route") == route for route in routes)
    assert set(animal_routes()) == {
        "diazepam", "midazolam", "lorazepam", "ketamine", "valproate", "phenobarbital", "phenytoin", "levetiracetam",
        "allopregnanolone", "ganaxolone",
    }  # fmt: skip


def test_depots_are_those_of_the_routes():
    assert Depot("a", "oral").states == ("a.oral",)
    animal = AnimalCompartments(("a", "b"), (("a", "iv"), ("b", "subcutaneous")), ("b",))
    assert [s.name for s in animal.states] == ["b.subcutaneous", "b.body", "a.brain", "b.brain"]


# The table


def test_the_table_of_therapeutic_levels():
    found = {one.drug: one for one in at_targets()}
    assert set(therapeutic_drugs()) == set(found)
    valproate = found["valproate"]
    assert valproate.brain == pytest.approx(tuple(0.544 * x for x in valproate.plasma))
    assert set(valproate.left) == {"nav_available", "gaba_synthesis"}
    for one in found.values():
        assert one.brain[0] < one.brain[1]
        for port, (low, high) in one.left.items():
            assert (1 < low < high) if port == "gaba_synthesis" else (1 > low > high > 0), (one.drug, port)
    rest = {one.drug: one for one in at_targets(["Keppra", "phenytoin"], activity=0.0)}
    assert rest["levetiracetam"].left["release"] == (1.0, 1.0)
    assert min(rest["phenytoin"].left["nav_available"]) > 0.97


def test_the_command_prints_the_table_and_writes_it_once(tmp_path):
    target = tmp_path / "targets.csv"
    run = CliRunner().invoke(app, ["drug", "targets", "ketamine", "--activity", "0", "--out", str(target)])
    assert run.exit_code == 0, run.output
    assert "nmda_available" in run.output
    table = pd.read_csv(target)
    assert list(table["port"]) == ["nmda_available"]
    assert table["at_low"][0] == pytest.approx(1 - 0.5 / (0.5 + 5.25), abs=1e-4)
    before = target.read_text()
    again = CliRunner().invoke(app, ["drug", "targets", "ketamine", "--out", str(target)])
    assert again.exit_code != 0
    assert target.read_text() == before


@pytest.mark.parametrize(
    "bad", [lambda: at_targets(["lorazepam"]), lambda: ports_at({"ketamine": 1.0}, 1.5), lambda: ports_at({"ketamine": -1.0})]
)
def test_a_bad_question_is_refused(bad):
    with pytest.raises(InputError):
        bad()
