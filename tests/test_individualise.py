"""Individual treatment: exposure-matched doses, negative evidence, rules with sources, "no rule", and the keys of a case."""

import csv
import math

import pytest

from allostasis.cli import main
from allostasis.clinic.individualise import NO_RULE, advise, early_combination, match, of_person
from allostasis.clinic.individualise.rules import table
from allostasis.clinic.levels import steady_levels
from allostasis.patient import Patient
from allostasis.quantity import InputError, UnknownNameError
from allostasis.report.individualise_page import sentences
from allostasis.simulation import parse_case

POOR = Patient(genotype={"CYP2C19": "*2/*2"})


def case(regimen="clobazam 10 mg po bid for 7 d", **patient):
    return parse_case({"title": "t", "horizon": "7 d", "arm": [{"name": "a", "regimen": regimen}], "patient": patient})


def test_the_reference_person_keeps_the_dose():
    found = match("diazepam", {("diazepam", "oral"): 10 / 24}, Patient())
    assert (found.exposure, found.dose, found.interval) == pytest.approx((1, 1, 1), rel=1e-5)


def test_a_matched_dose_gives_the_exposure_of_the_reference_even_with_saturation():
    rates, person = {("phenytoin", "oral"): 300 / 24}, Patient(genotype={"CYP2C9": "*1/*3"})
    found = match("phenytoin", rates, person)
    assert found.exposure == math.inf  # half the clearance cannot eliminate 300 mg a day
    given = steady_levels({k: v * found.dose for k, v in rates.items()}, person).plasma["phenytoin"]
    assert given == pytest.approx(steady_levels(rates).plasma["phenytoin"], rel=1e-4)
    assert found.dose < 0.9


def test_an_active_metabolite_counts_and_not_the_parent_alone():
    found = match("clobazam", {("clobazam", "oral"): 20 / 24}, POOR)
    assert found.parent == pytest.approx(1.25, rel=0.01)  # clearance 0.8
    assert found.exposure > 2  # n-desmethylclobazam four times
    assert found.dose == pytest.approx(1 / found.exposure, rel=1e-3)


def test_negative_evidence_sets_the_default_and_the_claim_stands_beside_it():
    found = advise(case("midazolam 7.5 mg po daily for 7 d", genotype={"CYP3A4": "*1/*22", "ABCB1": "C/C"}))
    drug = found.drugs[0]
    assert drug.matched.exposure == pytest.approx(1, abs=1e-6)
    assert not drug.changes
    assert {rule.value for rule in drug.negative} == {"CYP3A4", "ABCB1"}
    assert drug.claimed is not None
    assert drug.claimed.dose < 0.95
    said = " ".join(sentences(found))
    assert "the evidence says no effect" in said
    assert "By the review's claim" in said


def test_absence_avoids_tonic_enhancers_and_sodium_channel_blockers_and_spares_benzodiazepines():
    for regimen, avoided in (
        ("ganaxolone 600 mg po tid for 7 d", True), ("carbamazepine 400 mg po bid for 7 d", True),
        ("clobazam 10 mg po bid for 7 d", False),
    ):  # fmt: skip
        drug = advise(case(regimen, seizure_type="absence")).drugs[0]
        assert drug.avoid is avoided
        assert bool(drug.options) is avoided
        assert not {"ganaxolone", "carbamazepine", "phenytoin", "lamotrigine", "cenobamate"} & set(drug.options[:1])


def test_gain_of_function_avoids_the_receptor_and_a_lost_site_is_not_preferred():
    gain = advise(case(variant="GABRB3.A305V")).drugs[0]
    assert gain.avoid
    assert not any("clo" in option for option in gain.options)
    lost = advise(case("carbamazepine 400 mg po bid for 7 d", variant="GABRG2 Q390X", seizure_type="absence"))
    assert "loses the gamma2 subunit" in lost.variant_words
    assert "clobazam" not in lost.drugs[0].options


def test_without_a_sourced_rule_the_answer_is_exactly_no_rule():
    assert early_combination(of_person("structural", "focal", None)) == "no rule" == NO_RULE
    assert early_combination(()) == "no rule"
    assert "clobazam + valproate" in early_combination(of_person("Dravet syndrome", None, None))
    assert sentences(advise(case(aetiology="unknown")))[-1] == "Early combination: no rule"


def test_every_rule_has_a_source_and_a_reason():
    for rule in table():
        assert rule.source
        assert rule.reason or rule.verdict == NO_RULE


@pytest.mark.parametrize(
    ("patient", "words"),
    [
        ({"aetiology": "dravet sindrome"}, "did you mean 'dravet syndrome'"),
        ({"seizure_type": "abscence"}, "did you mean 'absence'"),
        ({"variant": "GABRG2.Q391X"}, "did you mean 'GABRG2.Q390X'"),
        ({"aetiology": 3}, "key 'patient.aetiology': 3. Expected a text"),
        ({"etiology": "structural"}, "did you mean 'aetiology'"),
    ],
)
def test_unknown_values_are_refused_with_the_nearest(patient, words):
    with pytest.raises(InputError, match=words):
        case(**patient)


def test_rules_refuse_what_they_do_not_know():
    with pytest.raises(UnknownNameError, match="seizure type"):
        of_person(None, "hiccups", None)


def test_an_arm_without_a_dose_is_refused():
    with pytest.raises(InputError, match="without a dose"):
        advise(case("none"))


def test_the_command_writes_its_table_and_page(tmp_path, capsys):
    path = tmp_path / "case.toml"
    text = (
        'title = "t"\nhorizon = "7 d"\n[patient]\nseizure_type = "absence"\n[patient.genotype]\nCYP2C19 = "poor"\n'
        '[[arm]]\nname = "a"\nregimen = "clobazam 10 mg po bid for 7 d"\n'
    )
    path.write_text(text)

    def run():
        with pytest.raises(SystemExit) as end:
            main(["individualise", str(path), "--out", str(tmp_path / "out")])
        return end.value.code

    assert run() == 0
    row = next(csv.DictReader((tmp_path / "out" / "individualise.csv").read_text().splitlines()))
    assert float(row["dose_factor"]) < 0.6
    assert row["avoid"] == "no"
    assert "Early combination: no rule" in capsys.readouterr().out
    assert "individual treatment" in (tmp_path / "out" / "individualise.html").read_text()
