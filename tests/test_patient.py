"""Covariates of a patient: what acts on what, by how much, and what is refused."""

import itertools

import numpy as np
import pytest

from allostasis import library
from allostasis.clinic import simulate
from allostasis.library.drug import DISPOSITION
from allostasis.patient import (
    Patient,
    allometric,
    cord_to_maternal,
    factors,
    fat_free_mass,
    milk_to_plasma,
    patient_notes,
    relative_infant_dose,
    used,
)
from allostasis.patient.maturation import mature_fraction
from allostasis.patient.organs import liver_pathways
from allostasis.patient.tables import by_pathway, rows
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.simulation import parse_case
from allostasis.simulation.assemble import assemble
from allostasis.study.virtual_patients import sample_patients


def ratio(drug, key="CL", weight_kg=70, **covariates):
    """Factor of covariates beside that of the weight."""
    return factors(Patient(weight_kg, **covariates), drug)[key].factor / factors(Patient(weight_kg), drug)[key].factor


def case(regimen="midazolam 7.5 mg po daily for 2 d", **patient):
    return parse_case({"title": "t", "horizon": "3 d", "patient": patient, "arm": [{"name": "a", "regimen": regimen}]})


@pytest.mark.parametrize("weight", [70.0, 48.0, 120.0])
def test_a_patient_with_a_weight_alone_has_allometry_alone(weight):
    clearance, volume = allometric(Patient(weight), library.parameter_set("patient"))
    for name in library.drug_names():
        effects = factors(Patient(weight), name)
        for key in DISPOSITION:
            if getattr(library.drug(name), key) is not None:
                assert effects[key].factor == (volume if key.startswith("V") else clearance)
        assert set(effects) <= {*DISPOSITION}
        assert not list(used(effects))
    assert patient_notes(Patient(weight), library.drug_names()) == ()


def test_the_typical_adult_of_a_case_is_the_library():
    values = assemble([("diazepam", "oral")], case().person).parameters["exposure"]
    drug = library.drug("diazepam")
    assert values["diazepam.CL"] == drug.CL.to("L/h")
    assert values["diazepam.V3"] == drug.V3.to("L")
    assert values["diazepam.oral.F"] == drug.routes["oral"].F.value


def test_factors_of_an_assembled_system_are_those_of_the_patient():
    who = Patient(60, age_y=70, sex="male", child_pugh="B")
    plain = assemble([("midazolam", "oral")], Patient()).parameters["exposure"]
    system = assemble([("midazolam", "oral")], who)
    effects = factors(who, "midazolam")
    for key in ("CL", "V1", "Q2", "fu_plasma"):
        assert system.parameters["exposure"][f"midazolam.{key}"] == pytest.approx(
            plain[f"midazolam.{key}"] * (effects[key].factor if key in effects else 1)
        )
    assert "patient.covariates.age.midazolam.CL.male" in system.used
    share = next(k for k in plain if k.startswith("midazolam.oral.first_pass"))
    f, more = plain["midazolam.oral.F"], system.parameters["exposure"]["midazolam.oral.F"]
    assert more > f
    assert system.parameters["exposure"][share] / plain[share] == pytest.approx((1 - more) / (1 - f))


@pytest.mark.parametrize("age", [65, 70, 90])
def test_age_acts_on_each_drug_as_reported(age):
    assert ratio("midazolam", age_y=age, sex="male") == pytest.approx(0.564)
    assert ratio("midazolam", age_y=age, sex="female") == pytest.approx(0.798)
    assert ratio("diazepam", "V1", age_y=age) == ratio("diazepam", "V3", age_y=age) == pytest.approx(1.58)
    assert 0.85 < ratio("diazepam", age_y=age) <= 1
    for drug, key in itertools.product(("lorazepam", "oxazepam", "temazepam"), ("CL", "V1")):
        assert ratio(drug, key, age_y=age) == 1


def test_age_changes_nothing_below_forty_and_rises_steadily_above():
    ages = [35, 40, 45, 52.5, 60, 65, 80]
    volume = [ratio("diazepam", "V1", age_y=a) for a in ages]
    assert volume[:2] == [1, 1]
    assert volume == sorted(volume)
    assert 2 < volume[-1] * 40 / 20 / ratio("diazepam", age_y=80) < 4.6  # half-life at 80 over that at 20: 4.5


def test_sex_splits_its_ratio_evenly():
    female, male = ratio("temazepam", sex="female"), ratio("temazepam", sex="male")
    assert female / male == pytest.approx(0.756)
    assert female * male == pytest.approx(1)


@pytest.mark.parametrize(("drug", "v", "cl"), [("midazolam", 2.728, 0.891), ("nordiazepam", 2.509, 0.985)])
def test_obesity_meets_the_studies_that_it_was_made_of(drug, v, cl):
    light, heavy = {"midazolam": (66, 117), "nordiazepam": (66.5, 105)}[drug]
    height = 100 * np.sqrt(light / 25)
    for key, expected in (("V1", v), ("CL", cl)):
        both = [factors(Patient(w, height_cm=height), drug)[key].factor for w in (light, heavy)]
        assert both[1] / both[0] == pytest.approx(expected, rel=1e-3)


def test_excess_weight_raises_clearance_by_fat_free_mass_where_nothing_was_measured():
    tall, short = Patient(120, height_cm=215), Patient(120, height_cm=165)
    assert factors(tall, "clonazepam")["CL"].factor > factors(short, "clonazepam")["CL"].factor > 1
    assert factors(tall, "clonazepam")["V1"].factor == factors(short, "clonazepam")["V1"].factor
    assert fat_free_mass(117, 166, "female") < fat_free_mass(117, 166) < fat_free_mass(117, 166, "male") < 80


@pytest.mark.parametrize("drug", ["midazolam", "diazepam", "lorazepam", "levetiracetam", "demoxepam"])
def test_maturation_rises_to_the_adult(drug):
    weeks = [26, 32, 40, 52, 80, 150, 500, 977]
    values = [ratio(drug, weight_kg=40, postmenstrual_age_weeks=w) for w in weeks]
    assert values == sorted(values)
    assert 0 < values[0] < 0.3
    assert values[-1] == pytest.approx(1, abs=1e-3)
    by_age = ratio(drug, weight_kg=40, age_y=17.9)
    assert by_age == pytest.approx(ratio(drug, weight_kg=40, postmenstrual_age_weeks=974), rel=1e-3)


def test_every_pathway_matures_to_one():
    table = rows("covariates", "maturation")
    for name in {key.split(".")[0] for key in table}:
        half, hill = by_pathway(table, name, "half"), by_pathway(table, name, "hill")
        values = mature_fraction(np.linspace(22.0, 1000.0, 50)[:, None][0, 0], half.value, hill.value)
        assert 0 < values < 0.2
        assert mature_fraction(half.to("week"), half.value, hill.value) == pytest.approx(0.5)


def test_newborns_clear_midazolam_as_reported():
    """0.27 of the adult's clearance per kg, and as much volume per kg (Pacifici 2014)."""
    newborn = factors(Patient(3.5, age_y=1 / 52), "midazolam")
    assert newborn["CL"].factor / 3.5 * 70 == pytest.approx(0.27, rel=0.15)
    assert newborn["V1"].factor / 3.5 * 70 == pytest.approx(1)
    preterm = factors(Patient(1.2, postmenstrual_age_weeks=30), "phenobarbital")
    assert preterm["V1"].factor / 1.2 * 70 == pytest.approx(1.778)


@pytest.mark.parametrize(
    ("drug", "cl"), [("midazolam", 0.593), ("diazepam", 0.53), ("lorazepam", 1), ("temazepam", 1), ("chlordiazepoxide", 0.343)]
)
def test_cirrhosis_as_measured(drug, cl):
    assert ratio(drug, child_pugh="B") == pytest.approx(cl)
    values = [ratio(drug, child_pugh=c) for c in "ABC"]
    assert values == sorted(values, reverse=True)


def test_a_drug_without_a_ratio_in_cirrhosis_has_that_of_its_enzymes():
    values = [ratio("estazolam", child_pugh=c) for c in "ABC"]
    assert 1 > values[0] > values[1] > values[2] > 0.3
    assert values[1] == pytest.approx(0.9 * 0.6 + 0.1 * (1 - 0.4 * 2 / 3), rel=1e-6)
    for path in ("CYP3A4", "CYP2C19", "UGT", "renal", "amidase"):
        active = [liver_pathways(Patient(child_pugh=c), [path])[path][0].factor for c in "ABC"]
        assert active == sorted(active, reverse=True)
        assert all(0 < a <= 1 for a in active)


@pytest.mark.parametrize(("clearance", "label"), [(65, 0.6), (40, 0.5), (20, 0.4)])
def test_kidney_and_levetiracetam_as_labelled(clearance, label):
    assert ratio("levetiracetam", creatinine_clearance_mL_min=clearance) == pytest.approx(label, abs=0.11)


def test_kidney_leaves_what_the_liver_clears():
    for drug in ("midazolam", "lorazepam", "triazolam"):
        assert ratio(drug, creatinine_clearance_mL_min=15) == pytest.approx(1, abs=0.01)
    assert ratio("levetiracetam", age_y=75, creatinine_clearance_mL_min=119) == pytest.approx(1, abs=0.01)
    assert ratio("levetiracetam", age_y=75) == pytest.approx(0.62)


def test_albumin_moves_what_is_unbound_and_not_its_concentration():
    """Half the albumin: unbound fraction, clearance and volume of diazepam double nearly, CL/fu and V2/fu stay."""
    half = {key: ratio("diazepam", key, albumin_g_L=21.5) for key in ("CL", "V2")}
    fu = factors(Patient(albumin_g_L=21.5), "diazepam")["fu_plasma"].factor
    assert fu == pytest.approx(1.95, abs=0.03)
    assert half["CL"] / fu == pytest.approx(1, abs=0.02)
    assert half["V2"] == fu
    assert factors(Patient(albumin_g_L=43), "diazepam")["fu_plasma"].factor == pytest.approx(1)
    assert factors(Patient(albumin_g_L=21.5), "valproate")["Bmax"].factor == pytest.approx(0.5)


def test_pregnancy_by_trimester():
    late = {drug: ratio(drug, pregnancy_weeks=30) for drug in ("midazolam", "lorazepam", "oxazepam", "diazepam")}
    assert late["lorazepam"] == pytest.approx(1.3)
    assert late["oxazepam"] == pytest.approx(2.0)
    enzymes = 1 + 0.93 * 0.365
    assert late["midazolam"] > enzymes
    by_mouth = late["midazolam"] / factors(Patient(pregnancy_weeks=30), "midazolam")["F.oral"].factor
    assert by_mouth == pytest.approx(2.0 * late["midazolam"] / enzymes, rel=0.01)
    values = [ratio("lamotrigine", pregnancy_weeks=w) for w in (0, 7, 14, 28, 40)]
    assert values == sorted(values)
    assert values[0] == 1
    assert values[-1] == pytest.approx(2.0)
    fu = [factors(Patient(pregnancy_weeks=w), "diazepam")["fu_plasma"].factor for w in (0, 7, 20, 36, 42)]
    assert fu == sorted(fu)
    assert fu[0] == pytest.approx(1)
    assert fu[3] == pytest.approx(1 / 0.78, rel=0.01)


def test_the_enzymes_of_pregnancy_act_where_the_drug_has_no_number():
    assert ratio("triazolam", pregnancy_weeks=30) > 1.3
    assert ratio("n-desmethylclobazam", pregnancy_weeks=30) < 0.9


def test_milk_and_placenta():
    assert relative_infant_dose("clonazepam") < 10
    alprazolam = library.drug("alprazolam")
    by_hand = 0.36 * alprazolam.routes["oral"].F.value / (alprazolam.CL.to("L/h") * 24) * 0.15 * 70 * 100
    assert relative_infant_dose("alprazolam") == pytest.approx(by_hand)
    assert by_hand < 10
    total = relative_infant_dose("diazepam")
    assert total == pytest.approx(4.7, abs=1.5)  # 4.7 % measured, metabolites and all
    poor = Patient(genotype={"CYP2C19": "poor"})
    assert relative_infant_dose("diazepam", mother=poor) == pytest.approx(2 * total)
    assert relative_infant_dose("diazepam", intake_L_kg_d=0.3) == pytest.approx(2 * total)
    assert cord_to_maternal("diazepam").value == 1
    assert milk_to_plasma("oxazepam").value == 0.1
    with pytest.raises(UnknownNameError, match="milk"):
        relative_infant_dose("ganaxolone")
    with pytest.raises(UnknownNameError, match="placental"):
        cord_to_maternal("zolpidem")
    with pytest.raises(InputError, match="above 0"):
        relative_infant_dose("diazepam", intake_L_kg_d=0)
    with pytest.raises(InputError, match="constant clearance"):
        relative_infant_dose("phenytoin")


@pytest.mark.parametrize(
    "who",
    [
        Patient(age_y=80, sex="male", child_pugh="C", creatinine_clearance_mL_min=10, albumin_g_L=22),
        Patient(4, age_y=0.05), Patient(1, postmenstrual_age_weeks=28, child_pugh="C"),
        Patient(150, height_cm=160, sex="female", pregnancy_weeks=39, genotype={"CYP2C19": "poor", "CYP3A4": "*22/*22"}),
        Patient(genotype={"CYP2C9": "poor", "CYP3A4": "*20/*20", "CYP2C19": "poor", "UGT2B15": "*2/*2"}),
    ],
)  # fmt: skip
def test_every_drug_keeps_numbers_that_make_sense(who):
    for name in library.drug_names():
        effects = factors(who, name)
        assert all(np.isfinite(e.factor) and e.factor >= 0 for e in effects.values())
        assert all(e.factor > 0 for key, e in effects.items() if not key.startswith("fm."))
        shares = rows("metabolism", "fm", name)
        left = sum(p.value * effects.get(f"fm.{k}", effects["CL"]).factor for k, p in shares.items() if f"fm.{k}" in effects)
        assert left <= 1 + 1e-9


def test_notes_name_what_has_no_number_and_what_is_a_rule():
    notes = patient_notes(Patient(age_y=70, child_pugh="B", genotype={"CYP2C9": "*1/*3"}), ["diazepam", "estazolam", "demoxepam"])
    text = "\n".join(notes)
    assert "Age changes nothing for estazolam, demoxepam: the library has no number." in text
    assert "Liver acts on estazolam, demoxepam by a class rule" in text
    assert "CYP2C9 changes nothing for demoxepam" in text
    result = simulate(case("estazolam 1 mg po daily for 2 d", age="80 years"))
    assert any("Age changes nothing for estazolam" in note for note in result.notes)


def test_a_case_with_every_covariate():
    question = case(
        weight="62 kg", age="71 years", sex="female", height="160 cm", albumin="3.4 g/dL", child_pugh="A",
        creatinine_clearance="1.2 L/h", genotype={"CYP2C19": "poor", "cyp3a5": "*3/*3"},
    )  # fmt: skip
    who = question.person
    assert who.albumin_g_L == pytest.approx(34)
    assert who.creatinine_clearance_mL_min == pytest.approx(20)
    assert who.genotype == {"CYP2C19": "*2/*2", "CYP3A5": "*3/*3"}
    assert case(weight="3.4 kg", age="3 d").person.postmenstrual_weeks == pytest.approx(40.4, abs=0.05)
    assert case(pregnancy="30 weeks").person.pregnancy_weeks == pytest.approx(30)


@pytest.mark.parametrize(
    ("patient", "words"),
    [
        ({"age": "70"}, "age has no unit"),
        ({"age": 70}, "key 'patient.age': 70. Expected a text such as \"70 years\"."),
        ({"age": "300 years"}, "age out of range: '300 y'. Expected 0 to 110 years. Fix: write age"),
        ({"sex": "woman"}, "unknown sex: 'woman'. Expected one of: female, male"),
        ({"height": "17 m"}, "height out of range: '1700 cm'. Expected 20 to 230 cm. Fix: write height"),
        ({"albumin": "400 g/L"}, "serum albumin out of range: '400 g/L'. Expected 5 to 60 g/L. Fix"),
        ({"child_pugh": "D"}, "unknown Child-Pugh class: 'D'. Expected one of: A, B, C"),
        ({"creatinine_clearance": "0 mL/min"}, "creatinine clearance out of range: '0 mL/min'. Expected 1 to 250"),
        ({"pregnancy": "60 weeks"}, "pregnancy out of range: '60 weeks'. Expected 0 to 43 weeks"),
        ({"pregnancy": "20 weeks", "sex": "male"}, "pregnancy does not fit the patient"),
        ({"weight": "12 kg"}, "body weight outside the range of the adult model: '12 kg'. Expected 30 to 200 kg. Fix: a child"),
        ({"weight": "0.1 kg", "age": "1 d"}, "body weight of a child: '0.1 kg'. Expected 0.4 to 200 kg"),
        ({"weight": "3 kg", "age": "2 years", "postmenstrual_age": "40 weeks"}, "Expected a birth at 22 to 44 weeks"),
        ({"genotype": {"CYP2D9": "*1/*1"}}, "unknown gene: 'CYP2D9'"),
        ({"genotype": {"CYP2C19": "*1/*99"}}, "unknown allele of CYP2C19: '*99'. Expected one of: *1, *17, *2, *3"),
        ({"genotype": {"CYP2C19": "*1"}}, "genotype of CYP2C19: '*1'. Expected two alleles such as"),
        ({"genotype": {"CYP2C19": "*1/*1/*2"}}, "is not two alleles: '*1/*1/*2'. Expected two alleles with one stroke"),
        ({"genotype": {"CYP2C19": 2}}, "Expected a table with the heading [patient.genotype]"),
        ({"genotype": {"CYP2C19": "poor", "cyp2c19": "*1/*1"}}, "a gene is given twice"),
    ],
)
def test_what_makes_no_sense_is_refused_with_words_that_teach(patient, words):
    with pytest.raises(InputError) as refusal:
        case(**patient)
    assert words in str(refusal.value)


def test_what_is_not_modelled_is_still_refused():
    for key in ("smoking", "alcohol", "hepatic", "renal", "pregnant"):
        with pytest.raises(NotModelledError, match="not modelled"):
            case(**{key: "x"})


def test_a_child_cannot_be_sampled():
    with pytest.raises(NotModelledError, match="virtual children"):
        sample_patients(case(weight="12 kg", age="2 years"), 3, 1)
