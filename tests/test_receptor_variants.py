"""Variants: numbers or a range, loss responds to a benzodiazepine, gain is taken further, loss of gamma2 removes the site."""

import pytest

from allostasis.quantity import InputError, UnknownNameError
from allostasis.receptor.curves import ec_fraction_gaba, load_receptor, open_probability
from allostasis.receptor.sites import site_counts
from allostasis.receptor.variant_response import CONSTRUCTS, current_of_wild_type, response_table
from allostasis.receptor.variants import apply_variant, variant, variant_names, variant_range, with_potency

TABLE = response_table()


@pytest.mark.parametrize("name", variant_names())
def test_numbers_or_a_range_never_a_point(name):
    found = variant(name)
    wild = CONSTRUCTS.get(found.construct, found.construct)
    ends = variant_range(wild, found)
    assert found.phenotype
    assert found.effect
    if found.resolution == "numbers":
        assert len(ends) == 1
        with pytest.raises(InputError, match="has numbers"):
            apply_variant(wild, found, "mild")
    else:
        assert len(ends) == 2
        currents = [float(current_of_wild_type(r, wild, 5.0)) for r in ends]
        assert currents[0] != currents[1]
        with pytest.raises(InputError, match="range, not a point"):
            apply_variant(wild, found)


def test_the_genes_of_the_seeds_are_there():
    genes = {name.partition(".")[0] for name in variant_names()}
    assert {"GABRA1", "GABRB2", "GABRB3", "GABRG2", "GABRD", "GABRA5"} <= genes
    for gene in ("GABRB3", "GABRD"):
        assert {"LOF", "GOF"} <= {variant(n).variant_class for n in variant_names() if n.startswith(gene)}


def test_class_and_current_agree():
    loss, gain = (TABLE[TABLE["class"] == c] for c in ("LOF", "GOF"))
    assert (loss.current < 1).all()
    assert (gain.current > 1).all()


def test_loss_responds_and_gain_is_taken_further():
    """Without a site (delta, lost gamma2) neither holds: the drug does nothing there."""
    loss, gain = (TABLE[(TABLE["class"] == c) & (TABLE.moves != "no site")] for c in ("LOF", "GOF"))
    assert set(loss.moves) <= {"towards normal", "past normal", "no current"}
    assert set(gain.moves) == {"away"}
    assert set(TABLE[TABLE.variant.str.startswith("GABRD")].moves) == {"no site"}


def test_loss_of_gamma2_removes_the_site():
    for found in variant_range("a1b2g2", "GABRG2 Q390X"):
        assert site_counts(found.pentamer)["benzodiazepine"] == 0
        assert open_probability(found, 5.0, {"diazepam": 1e3}) == open_probability(found, 5.0)


def test_printed_numbers():
    p302l = apply_variant("a1b2g2", "GABRG2(P302L)").equilibrium
    assert p302l.conductance == 0.24
    assert p302l.surface * p302l.conductance == pytest.approx(0.10)
    wild, v294l = load_receptor("a5b3g2"), apply_variant("a5b3g2", "GABRA5 V294L")
    assert float(ec_fraction_gaba(wild, 0.5) / ec_fraction_gaba(v294l, 0.5)) == pytest.approx(10)
    assert float(current_of_wild_type(apply_variant("a1b2g2", "GABRA1 truncation"), "a1b2g2", 5.0)) == 0
    both = current_of_wild_type(apply_variant("a1b2g2", "GABRA1 truncation"), "a1b2g2", 5.0, None, 0.5)
    assert float(both) == pytest.approx(0.5)


def test_errors_teach():
    with pytest.raises(UnknownNameError, match=r"GABRG2\.P302L"):
        variant("GABRG2.P302")
    with pytest.raises(InputError, match="lacks"):
        apply_variant("a4b2d", "GABRG2 P302L")
    with pytest.raises(InputError, match="at most"):
        with_potency(load_receptor("a4b2d").equilibrium, 10.0)
    with pytest.raises(InputError, match="0 to 1"):
        current_of_wild_type("a1b3g2", "a1b3g2", 5.0, None, 1.5)
