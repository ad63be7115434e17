"""Genotype: alleles to activity to clearance, with the size that the evidence supports; frequencies as data."""

import numpy as np
import pytest

from allostasis.patient import Patient, factors
from allostasis.patient.genotype import activity, alleles, diplotype, genes, phenotype, phenotypes
from allostasis.patient.tables import rows
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation import parse_case
from allostasis.simulation.assemble import assemble
from allostasis.simulation.simulate import apply_factors, arm_regimens, case_system
from allostasis.study import join_factors, sample_factors, sample_patients
from allostasis.study.virtual_patients import allele_frequencies, ancestries, sample_genotypes


def clearance(drug, key="CL", **genotype):
    return factors(Patient(genotype=genotype), drug)[key].factor


def case():
    arm = {"name": "a", "regimen": "diazepam 5 mg po bid for 3 d; lorazepam 1 mg po daily for 3 d"}
    return parse_case({"title": "t", "horizon": "4 d", "arm": [arm]})


def test_a_poor_metaboliser_has_half_the_clearance_of_diazepam():
    assert 0.4 <= clearance("diazepam", CYP2C19="*2/*2") <= 0.6
    assert clearance("diazepam", CYP2C19="*1/*2") == pytest.approx(0.75)
    assert clearance("diazepam", CYP2C19="*1/*1") == 1
    assert 1 < clearance("diazepam", CYP2C19="*17/*17") < 1.3
    assert 0.4 <= clearance("nordiazepam", CYP2C19="poor") <= 0.6


def test_desmethylclobazam_follows_its_label_and_clobazam_hardly():
    assert 3 <= 1 / clearance("n-desmethylclobazam", CYP2C19="poor") <= 5
    assert clearance("clobazam", CYP2C19="poor") > 0.75


@pytest.mark.parametrize("genotype", [
    {"CYP3A4": "*1/*1B"}, {"CYP3A4": "*1B/*1B"}, {"CYP3A4": "*1/*1G"}, {"CYP3A4": "*1/*22"}, {"CYP3A5": "*3/*3"},
    {"CYP3A5": "*1/*3"}, {"CYP3A5": "*1/*1"}, {"CYP3A5": "*3/*6"}, {"ABCB1": "C/C"}, {"ABCB1": "T/T"},
])  # fmt: skip
def test_common_variants_of_cyp3a_do_nearly_nothing_to_midazolam(genotype):
    assert 0.8 <= clearance("midazolam", **genotype) <= 1.25


def test_glucuronidation_by_genotype():
    for drug, reported in (("lorazepam", 0.58), ("oxazepam", 0.5)):
        ratio = clearance(drug, UGT2B15="*2/*2") / clearance(drug, UGT2B15="*1/*1")
        assert ratio == pytest.approx(reported, abs=0.08)
    mixed = [clearance("lorazepam", UGT2B15=g) for g in ("*1/*1", "*1/*2", "*2/*2")]
    assert np.dot([0.25, 0.5, 0.25], mixed) == pytest.approx(1, abs=1e-3)  # the typical person is the mean of Europeans


def test_phenytoin_by_cyp2c9():
    """Vmax in *1/*3 is 0.58 of *1/*1 (134 Japanese)."""
    assert clearance("phenytoin", CYP2C9="*1/*3") == pytest.approx(0.58, abs=0.02)
    plain = assemble([("phenytoin", "oral")], Patient()).parameters["exposure"]["phenytoin.CL"]
    slow = assemble([("phenytoin", "oral")], Patient(genotype={"CYP2C9": "*1/*3"})).parameters["exposure"]["phenytoin.CL"]
    assert slow / plain == pytest.approx(clearance("phenytoin", CYP2C9="*1/*3"))


def test_abcb1_does_nearly_nothing_to_entry_into_the_brain():
    assert clearance("diazepam", "Kp_uu", ABCB1="T/T") == 1
    slow, fast = (clearance("n-desmethylclobazam", "Kp_uu", ABCB1=g) for g in ("T/T", "C/C"))
    assert 0.9 < fast < 1 < slow < 1.1


def test_pathways_that_are_left_take_over():
    poor = factors(Patient(genotype={"CYP2C19": "poor"}), "diazepam")
    held = rows("metabolism", "fm", "diazepam")
    assert poor["fm.CYP2C19"].factor == 0
    assert held["CYP3A4"].value * poor["fm.CYP3A4"].factor == pytest.approx(0.9)


@pytest.mark.parametrize(("gene", "text", "name"), [
    ("CYP2C19", "*2/*3", "poor"), ("CYP2C19", "*1/*3", "intermediate"), ("CYP2C19", "*2/*17", "intermediate"),
    ("CYP2C19", "*1/*1", "normal"), ("CYP2C19", "*1/*17", "rapid"), ("CYP2C19", "*17/*17", "ultrarapid"),
    ("CYP2C9", "*2/*3", "poor"), ("CYP2C9", "*2/*2", "intermediate"), ("CYP2C9", "*1/*2", "intermediate"),
    ("CYP3A5", "*3/*3", "poor"), ("CYP3A5", "*1/*3", "intermediate"), ("CYP3A5", "*1/*1", "normal"),
])  # fmt: skip
def test_phenotypes_are_those_of_cpic(gene, text, name):
    assert phenotype(diplotype(gene, text)) == name


def test_names_of_phenotypes_stand_for_themselves():
    for gene in genes():
        for name, pair in phenotypes(gene).items():
            assert phenotype(diplotype(gene, pair)) == name, (gene, name)
            assert str(diplotype(gene, f"{name} metaboliser")) == str(diplotype(gene, pair))
        assert all(0 <= activity(diplotype(gene, f"{a}/{b}")) <= 1.4 for a in alleles(gene) for b in alleles(gene))


@pytest.mark.parametrize("ancestry", ancestries())
def test_frequencies_sum_to_one(ancestry):
    for gene, frequency in allele_frequencies(ancestry).items():
        assert sum(frequency.values()) == pytest.approx(1, abs=1e-9), gene
        assert all(0 <= p <= 1 for p in frequency.values())
        assert set(frequency) <= set(alleles(gene))


@pytest.mark.parametrize(("ancestry", "poor"), [("european", 0.02), ("east_asian", 0.13), ("oceanian", 0.57)])
def test_poor_metabolisers_are_as_many_as_reported(ancestry, poor):
    """Dean L, Diazepam therapy and CYP2C19 genotype: a source that the frequencies were not taken from."""
    frequency = allele_frequencies(ancestry)["CYP2C19"]
    assert (frequency["*2"] + frequency["*3"]) ** 2 == pytest.approx(poor, abs=0.01)
    drawn = sample_genotypes(ancestry, 3000, seed=1)
    found = [phenotype(diplotype("CYP2C19", g["CYP2C19"])) for g in drawn].count("poor") / 3000
    assert found == pytest.approx(poor, abs=0.03)


def test_virtual_patients_are_reproducible_and_run():
    first, again = (sample_patients(case(), 40, 3, ancestry="east_asian") for _ in range(2))
    other = sample_patients(case(), 40, 3, ancestry="european")
    assert [p.age_y for p in first.patients] == [p.age_y for p in other.patients]
    assert [p.genotype for p in first.patients] != [p.genotype for p in other.patients]
    for name, factor in first.factors.items():
        np.testing.assert_array_equal(factor, again.factors[name])
    person, i = first.patients[7], 7
    assert first.factors["exposure.diazepam.CL"][i] == pytest.approx(factors(person, "diazepam")["CL"].factor)
    joined = join_factors(first.factors, sample_factors(case(), 40, 3))
    parameters, patients = apply_factors(case_system(case(), arm_regimens(case())).parameters, joined)
    assert patients == 40
    assert parameters["exposure"]["lorazepam.CL"].std() > 0


def test_virtual_patients_of_one_kind():
    alike = sample_patients(case(), 5, 1, age=None, female=None, size=False)
    assert alike.factors == {}
    women = sample_patients(case(), 8, 1, female=1.0, age=(30, 30))
    assert {p.sex for p in women.patients} == {"female"}
    assert {p.age_y for p in women.patients} == {30.0}


@pytest.mark.parametrize(("change", "words"), [
    ({"ancestry": "martian"}, "unknown ancestry: 'martian'. Expected one of: african, american"),
    ({"age": (5, 80)}, "range of ages"), ({"female": 1.5}, "share of women: 1.5. Expected 0 to 1"),
    ({"patients": 0}, "number of patients: 0"), ({"seed": -1}, "seed: -1"),
])  # fmt: skip
def test_a_sample_that_makes_no_sense_is_refused(change, words):
    arguments = {"patients": 3, "seed": 1} | change
    with pytest.raises(InputError) as refusal:
        sample_patients(case(), arguments.pop("patients"), arguments.pop("seed"), **arguments)
    assert words in str(refusal.value)


@pytest.mark.parametrize(("gene", "text", "words"), [
    ("CYP2C91", "*1/*1", "did you mean 'CYP2C9'"), ("CYP2C19", "fast", "one of: poor, intermediate, normal"),
    ("CYP2C19", "", "two alleles"), ("CYP2C19", "*1/", "unknown allele of CYP2C19: ''"),
    ("ABCB1", "poor", "two alleles such as 'C/T'"),
    ("CYP2C19", "*1/*2/*3", "not two alleles"), ("UGT2B15", "*1/*7", "unknown allele of UGT2B15: '*7'"),
])  # fmt: skip
def test_a_genotype_that_does_not_parse_is_refused(gene, text, words):
    with pytest.raises((InputError, UnknownNameError)) as refusal:
        diplotype(gene, text)
    assert words in str(refusal.value)
