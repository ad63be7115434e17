"""The equilibrium: equal to the chain's submodel, bounded, monotone, competitive, differentiable, never recompiled."""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allostasis import library
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.receptor import SUBTYPES, MWCReceptor, curves
from allostasis.receptor.constants import RECEPTORS
from allostasis.receptor.curves import (
    concentration_response,
    ec_fraction_gaba,
    ec_fraction_ligand,
    load_receptor,
    max_modulation,
    open_probability,
    potentiation_percent,
    with_ligands,
)
from allostasis.receptor.ligands import ligand
from allostasis.receptor.schild import schild
from allostasis.simulation.book import Book
from allostasis.simulation.receptor_numbers import receptor
from allostasis.validation.receptor_targets import equilibrium as targets

GABA = st.floats(0, 1e4)
NANO = st.floats(0, 1e7)
NAMES = st.sampled_from(RECEPTORS)
MODULATORS = ("diazepam", "flumazenil", "dmcm", "allopregnanolone", "pentobarbital", "propofol", "etomidate")


def test_equals_the_submodel_of_the_chain():
    drugs = ("diazepam", "flumazenil", "lorazepam")
    p = library.parameter_set("receptor")
    numbers: dict = {k: tuple(p[f"{k}.{s}"].value for s in SUBTYPES) for k in ("L", "K_GABA", "c_GABA")}
    numbers |= {"gaba_phasic": 5.0, "gaba_tonic": 0.3}
    for d in drugs:
        binding = library.drug(d).binding
        numbers[f"K.{d}"] = tuple(binding[s].K.value for s in SUBTYPES)
        numbers[f"c.{d}"] = tuple(binding[s].c.value for s in SUBTYPES)
    grid = np.meshgrid([0, 3.0, 40, 1e3], [0, 0.5, 20], [0, 8.0], indexing="ij")
    lanes = tuple(jnp.asarray(g.ravel()) for g in grid)
    chain = MWCReceptor(drugs)
    out = chain.readout(0.0, {}, {"unbound_brain": lanes}, chain.prepare(numbers))
    ligands = dict(zip(drugs, lanes, strict=True))
    for k, subtype in enumerate(SUBTYPES):
        for kind in ("phasic", "tonic"):
            level = numbers[f"gaba_{kind}"]
            name = f"{subtype}b3g2"
            ours = open_probability(name, level, ligands) / open_probability(name, level)
            np.testing.assert_allclose(ours, out[f"modulation_{kind}"][k], rtol=1e-12)
        site = with_ligands(f"{subtype}b3g2", drugs).sites[0]
        np.testing.assert_allclose(site.occupancy(ligands), out["occupancy"][k], rtol=1e-12, atol=1e-15)


@given(NAMES, GABA, st.lists(NANO, min_size=7, max_size=7), st.floats(0, 1))
def test_a_probability(name, gaba, amounts, coupling):
    po = float(open_probability(name, gaba, dict(zip(MODULATORS, amounts, strict=True)), coupling))
    assert 0 < po < 1


@given(NAMES, st.floats(1e-3, 1e3), st.floats(1.01, 10), st.floats(0, 1e3))
def test_monotone_in_gaba(name, gaba, factor, drug):
    low, high = (float(open_probability(name, g, {"diazepam": drug})) for g in (gaba, gaba * factor))
    assert high > low


@given(agonist=NANO, antagonist=st.floats(0, 1e6), gaba=st.floats(0, 1e3), name=NAMES)
def test_an_antagonist_of_gaba_shifts_gaba_and_leaves_the_rest(agonist, antagonist, gaba, name):
    """As much GABA more as the dose ratio gives back everything; without GABA nothing is there to antagonise."""
    blocked = {"bicuculline": antagonist, "diazepam": agonist}
    ratio = 1 + antagonist / ligand("bicuculline").binding(name, "gaba").K.value
    expected = open_probability(name, gaba, {"diazepam": agonist})
    assert float(open_probability(name, gaba * ratio, blocked)) == pytest.approx(float(expected), rel=1e-6)
    alone = open_probability(name, 0.0, {"diazepam": agonist})
    assert float(open_probability(name, 0.0, blocked)) == pytest.approx(float(alone), rel=1e-12)


def test_antagonists_of_gaba_share_its_sites_and_have_a_slope_of_one():
    both = {"bicuculline": 7000.0, "gabazine": 4000.0}
    assert ec_fraction_gaba("a1b3g2", 0.5, both) == pytest.approx(float(ec_fraction_gaba("a1b3g2", 0.5)) * (1 + 1 + 2))
    levels = np.array([1e3, 1e4, 1e5])
    shifted = [float(ec_fraction_gaba("a1b3g2", 0.5, {"gabazine": b})) for b in levels]
    fit = schild(levels, shifted, float(ec_fraction_gaba("a1b3g2", 0.5)))
    assert fit.slope == pytest.approx(1)
    assert fit.K_nM == pytest.approx(ligand("gabazine").binding("a1b3g2", "gaba").K.value)


@pytest.mark.parametrize("verb", [max_modulation, partial(ec_fraction_ligand, gaba_uM=5.0)])
def test_an_antagonist_of_gaba_is_no_modulator(verb):
    with pytest.raises(NotModelledError, match="shifts the curve of GABA"):
        verb("a1b3g2", "bicuculline", site="gaba")


def test_a_run_refuses_an_antagonist_of_gaba():
    with pytest.raises(NotModelledError, match="antagonist of GABA"):
        receptor(Book(), ("bicuculline",))


@given(st.floats(1, 1e3), st.floats(1, 1e4), st.sampled_from(("a1", "a2", "a3", "a5")))
def test_a_competitive_antagonist_shifts_by_gaddum(agonist, antagonist, subtype):
    """With flumazenil set to c = 1, dose ratio - 1 = B/K: Schild slope 1."""
    built = with_ligands(f"{subtype}b3g2", ("diazepam", "flumazenil"))
    neutral = eqx.tree_at(lambda e: e.sites[0].c, built, (built.sites[0].c[0], 1.0))
    ratio = 1 + antagonist / built.sites[0].K[1]
    alone = neutral.open_probability(5.0, {"diazepam": agonist, "flumazenil": 0.0})
    shifted = neutral.open_probability(5.0, {"diazepam": agonist * ratio, "flumazenil": antagonist})
    assert float(shifted) == pytest.approx(float(alone), rel=1e-12)


def test_spontaneous_opening_and_uncoupling():
    assert float(open_probability("a4b2d", 0.0)) == pytest.approx(0.1)
    assert float(open_probability("a1b3g2", 5.0, {"diazepam": 1e3}, 0.0)) == float(open_probability("a1b3g2", 5.0))
    steps = [float(potentiation_percent("a1b3g2", 5.0, {"diazepam": 300}, u)) for u in (1.0, 0.75, 0.5, 0.25, 0.0)]
    assert steps == sorted(steps, reverse=True)
    barbiturate = [float(open_probability("a1b3g2", 5.0, {"pentobarbital": 1e5}, u)) for u in (0.0, 1.0)]
    assert barbiturate[0] == barbiturate[1]


def test_arrays_broadcast_and_batches_equal_loops():
    gaba, drug = jnp.array([[0.5], [5.0]]), jnp.array([[1.0, 30.0, 500.0]])
    batch = open_probability("a2b3g2", gaba, {"diazepam": drug})
    assert batch.shape == (2, 3)
    loop = [[float(open_probability("a2b3g2", float(g), {"diazepam": float(x)})) for x in drug[0]] for g in gaba[:, 0]]
    np.testing.assert_allclose(batch, loop, rtol=1e-14)
    blind = open_probability("a6b3d", 0.3, {"diazepam": drug[0]})
    assert blind.shape == (3,)


@pytest.mark.parametrize("which", ["gaba", "diazepam", "coupling"])
def test_gradient_equals_finite_difference(which):
    base = {"gaba": 5.0, "diazepam": 40.0, "coupling": 0.6}

    def po(x):
        v = base | {which: x}
        return open_probability("a1b3g2", v["gaba"], {"diazepam": v["diazepam"]}, v["coupling"])

    x, h = base[which], base[which] * 1e-5
    assert float(jax.grad(po)(x)) == pytest.approx(float((po(x + h) - po(x - h)) / (2 * h)), rel=1e-6)


def test_numbers_do_not_recompile():
    traces = []

    @eqx.filter_jit
    def po(equilibrium, gaba, drug):
        traces.append(1)
        return equilibrium.open_probability(gaba, {"diazepam": drug})

    arrays = lambda e: jax.tree.map(jnp.asarray, e)  # noqa: E731
    first = arrays(with_ligands("a1b3g2", ("diazepam",)))
    po(first, jnp.asarray(1.0), jnp.asarray(2.0))
    po(eqx.tree_at(lambda e: e.L, first, first.L * 3), jnp.asarray(7.0), jnp.asarray(20.0))
    assert len(traces) == 1


@given(NAMES, st.floats(0.01, 0.99), st.floats(0, 1e3))
def test_ec_fraction_is_exact(name, fraction, drug):
    level = ec_fraction_gaba(name, fraction, {"diazepam": drug})
    po, rest, full = (float(open_probability(name, g, {"diazepam": drug})) for g in (level, 0.0, 1e6))
    assert (po - rest) / (full - rest) == pytest.approx(fraction, rel=0.02)  # 1 M is not yet infinite


def test_ec_fraction_of_a_ligand_is_exact():
    level = ec_fraction_gaba("a1b3g2", 0.2)
    half = ec_fraction_ligand("a1b3g2", "diazepam", level)
    share = potentiation_percent("a1b3g2", level, {"diazepam": half}) / max_modulation("a1b3g2", "diazepam")
    assert float(share) == pytest.approx(0.5, rel=1e-12)


def test_the_second_site():
    """DMCM: down at nanomolar, up at micromolar; flumazenil raises the upper arm; it needs no gamma2."""
    curve = concentration_response("a1b2g2", "DMCM", jnp.array([0.0, 100.0, 1e5]), 5.0)
    assert curve[1] < curve[0] < curve[2]
    with_antagonist = open_probability("a1b2g2", 5.0, {"DMCM": 1e4, "flumazenil": 1e4})
    assert with_antagonist > open_probability("a1b2g2", 5.0, {"DMCM": 1e4})
    assert open_probability("a4b2d", 0.1, {"DMCM": 1e5}) > open_probability("a4b2d", 0.1)
    off = open_probability("a1b2g2", 5.0, {"DMCM": 1e5}, second_site=False)
    assert off < curve[1]
    assert open_probability("a6b3g2", 1.0, {"diazepam": 1e4}) == open_probability("a6b3g2", 1.0)
    assert open_probability("a6b3g2", 1.0, {"diazepam": 1e4}, second_site=True) > open_probability("a6b3g2", 1.0)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: open_probability("a1b3g2", -1.0), InputError, "GABA concentration out of range: -1.0"),
        (lambda: open_probability("a1b3g2", 1e9), InputError, "uM"),
        (lambda: open_probability("a1b3g2", float("nan")), InputError, "out of range"),
        (lambda: open_probability("a1b3g2", 1.0, {"diazepam": -5.0}), InputError, "concentration of diazepam"),
        (lambda: open_probability("a6b3d", 1.0, {"diazepam": -5.0}), InputError, "concentration of diazepam"),
        (lambda: open_probability("a1b3g2", 1.0, {"diazepan": 5.0}), UnknownNameError, "diazepam"),
        (lambda: open_probability("a1b3g2", 1.0, {"phenytoin": 5.0}), NotModelledError, "not known to bind"),
        (lambda: open_probability("a1b3g2", 1.0, {"GABA": 5.0}), InputError, "gaba_uM"),
        (lambda: open_probability("a1b3g2", 1.0, {"Valium": 5.0, "diazepam": 1.0}), InputError, "two names"),
        (lambda: open_probability("a1b3g2", 1.0, {"cenobamate": 5.0}), InputError, "no affinity"),
        (lambda: open_probability("a1b3g2", 1.0, {"AZD7325": 5.0}), NotModelledError, "alpha1"),
        (lambda: open_probability("a1b3g2", 1.0, coupling=1.5), InputError, "coupling"),
        (lambda: open_probability("a2b2g2", 1.0), NotModelledError, "a2b3g2"),
        (lambda: open_probability("a9b3g2", 1.0), UnknownNameError, "subunit"),
        (lambda: ec_fraction_gaba("a1b3g2", 1.2), InputError, "fraction"),
        (lambda: ec_fraction_ligand("a6b3g2", "diazepam", 1.0), InputError, "no benzodiazepine site"),
        (lambda: ec_fraction_ligand("a1b3g2", "TPA023", 1.0), InputError, "changes nothing"),
    ],
)
def test_errors_teach(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_every_target_of_this_part_is_simulated_or_explained():
    assert not set(targets.SIMULATED) & set(targets.NOT_SIMULATED)
    assert set(targets.CIRCULAR) <= set(targets.SIMULATED)
    for name, function in targets.SIMULATED.items():
        value = function()
        assert isinstance(value, bool) or np.isfinite(value), name
    part = {f"rt{k:03d}" for k in (*range(1, 71), *range(115, 124))}
    assert set(targets.SIMULATED) | set(targets.NOT_SIMULATED) <= part


def test_a_receptor_is_taken_as_name_pentamer_or_itself():
    found = load_receptor("a1b3g2")
    one, two = (float(open_probability(r, 2.0)) for r in (found, found.pentamer))
    assert one == two == float(curves.open_probability("a1b3g2", 2.0))


def test_chain_receptor_with_other_sites_is_the_equilibrium_of_this_module():
    """Phenobarbital, a neurosteroid and diazepam together, in all four synaptic subtypes and in the delta receptor."""
    from allostasis.model.subtypes import SUBTYPES
    from allostasis.simulation.book import Book
    from allostasis.simulation.receptor_numbers import receptor

    names, levels = ("diazepam", "phenobarbital", "ganaxolone"), (80.0, 60e3, 200.0)
    book = Book()
    model, _ = receptor(book, names)
    out = model.readout(0.0, {}, {"unbound_brain": tuple(jnp.full(1, x) for x in levels)}, model.prepare(book.values["receptor"]))
    scales = [library.drug(name).in_vivo_scale for name in names]
    given = {n: x if s is None else x / s.value for n, x, s in zip(names, levels, scales, strict=True)}
    phasic, tonic = (book.values["receptor"][f"gaba_{kind}"] for kind in ("phasic", "tonic"))
    for i, k in enumerate(SUBTYPES):
        for port, gaba in (("modulation_phasic", phasic), ("modulation_tonic", tonic)):
            wanted = open_probability(f"{k}b3g2", gaba, given) / open_probability(f"{k}b3g2", gaba)
            np.testing.assert_allclose(out[port][i], wanted, rtol=1e-12)
    wanted = open_probability("a4b2d", tonic, given) / open_probability("a4b2d", tonic)
    np.testing.assert_allclose(out["modulation_delta"], wanted, rtol=1e-12)
