"""Pentamers, the sites derived from their interfaces, refusals, and the regional table."""

import contextlib
import itertools

import pytest

from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.receptor.assembly import Pentamer
from allostasis.receptor.constants import RECEPTORS
from allostasis.receptor.expression import expression, regional_modulation, regions
from allostasis.receptor.sites import SITES, benzodiazepine_key, check_site, site_counts, sites
from allostasis.receptor.subunits import split_receptor, subunit


def test_a_ring_turns_without_changing():
    ring = ("b3", "a1", "b3", "a1", "g2")
    turned = [Pentamer(*ring[k:], *ring[:k]) for k in range(5)]
    assert set(turned) == {Pentamer.named("a1b3g2")}
    assert Pentamer.named("\u03b11\u03b23\u03b32L") == Pentamer.named("alpha1beta3gamma2") == turned[0]


def test_sites_of_the_synaptic_receptor():
    assert site_counts(Pentamer.named("a1b3g2")) == {
        "gaba": 2, "benzodiazepine": 1, "low_affinity": 2, "neurosteroid": 2, "barbiturate": 2, "propofol": 4, "etomidate": 2,
    }  # fmt: skip
    faces = {(s.kind, s.interface.plus.family, s.interface.minus.family) for s in sites(Pentamer.named("a1b3g2"))}
    assert {("gaba", "beta", "alpha"), ("benzodiazepine", "alpha", "gamma"), ("barbiturate", "gamma", "beta")} <= faces


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("a1b3g2", "whole"), ("a5b2g2", "whole"), ("a4b3g2", "no histidine"), ("a6b3g2", "no histidine"),
        ("a1(H101R)b3g2", "no histidine"), ("a3(H126R)b3g2", "no histidine"), ("a5(H105R)b3g2", "no histidine"),
        ("a1b3g1", "reduced"), ("a1b3g3", "reduced"), ("a1b3d", None), ("a1b3", None), ("a1b3e", None),
    ],
)  # fmt: skip
def test_the_benzodiazepine_site_needs_gamma2_and_the_histidine(name, state):
    found = [s.state for s in sites(Pentamer.named(name)) if s.kind == "benzodiazepine"]
    assert found == ([] if state is None else [state])


def test_only_the_alpha_beside_gamma_decides():
    assert benzodiazepine_key(Pentamer("b3", "a6", "b3", "a1", "g2")) == "a1"
    assert benzodiazepine_key(Pentamer("b3", "a1", "b3", "a6", "g2")) == "a6"


@pytest.mark.parametrize(
    ("ring", "reason"),
    [
        ("a1 a1 a1 a1 g2", "without a beta"), ("b3 b3 b3 g2 b3", "without an alpha"), ("b3 a1 b3 a1", "4 subunits"),
        ("a1 a1 a1 a1 b3", "4 alpha"), ("b3 a1 b3 g2 d", "two of the subunits"), ("b3 a1 b3 a1 g2 g2", "6 subunits"),
        ("b3 b3 a1 a1 g2", "order"), ("a1 b3 a1 b3 g2", "order"), ("b3 a1 b3 b3 g2", "one alpha"),
        ("b3 a1 g2 a1 g2", "two of the subunits"),
    ],
)  # fmt: skip
def test_what_cannot_assemble_is_refused_with_the_reason(ring, reason):
    with pytest.raises(InputError, match=reason):
        Pentamer(*ring.split())


@pytest.mark.parametrize("ring", ["b3 b3 b3 b3 b3", "r1 r1 r1 r1 r1", "b3 a1 b3 a1 a1"])
def test_what_is_known_but_not_modelled_says_so(ring):
    with pytest.raises(NotModelledError):
        Pentamer(*ring.split())


def test_names_are_checked():
    with pytest.raises(UnknownNameError, match="subunit"):
        subunit("a7")
    with pytest.raises(NotModelledError, match="mutation"):
        subunit("a1(K200R)")
    with pytest.raises(InputError, match="a1b3g2"):
        split_receptor("GABA-A")
    with pytest.raises(UnknownNameError, match="site"):
        check_site("glycine")


def test_every_order_of_five_is_built_or_refused():
    built = 0
    for ring in set(itertools.permutations(("b3", "b3", "a1", "a1", "g2"))):
        with contextlib.suppress(InputError):
            built += Pentamer(*ring) == Pentamer.named("a1b3g2")
    assert built == 5


def test_location():
    found = {name: Pentamer.named(name).location for name in RECEPTORS}
    assert [n for n in RECEPTORS if found[n] == "synaptic"] == ["a1b3g2", "a2b3g2", "a3b3g2", "a6b3g2", "a1b2g2"]


@pytest.mark.parametrize("region", regions())
def test_shares_of_a_region(region):
    shares = expression(region)
    assert set(shares) == set(RECEPTORS) - {"a1b2g2"}
    assert sum(p.value for p in shares.values()) == pytest.approx(1)
    assert all(p.status == "assumed" for p in shares.values())
    assert regional_modulation(region, 1.0, {"diazepam": 0.0}) == pytest.approx(1)


def test_regions_follow_the_statements():
    top = {r: max(expression(r), key=lambda name, r=r: expression(r)[name].value) for r in regions()}
    assert top["reticular_nucleus"] == "a3b3g2"
    assert top["amygdala"] == "a2b3g2"
    assert top["cortex"] == top["cerebellum"] == top["thalamic_relay"] == "a1b3g2"
    a5 = {r: expression(r)["a5b3g2"].value for r in regions()}
    assert max(a5, key=lambda r: a5[r]) == "hippocampus"
    with pytest.raises(UnknownNameError, match="cortex"):
        expression("cortx")


def test_every_site_kind_has_a_receptor():
    assert all(site_counts(Pentamer.named("a1b3g2"))[kind] for kind in SITES)
