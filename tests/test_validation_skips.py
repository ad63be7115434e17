"""Every reason to leave a study out, odd rows, and folders that are refused."""

import csv

import pytest

from allostasis.quantity import InputError
from allostasis.validation.observed import validate
from allostasis.validation.observed.folder import read_folder
from allostasis.validation.observed.overlap import SourceMatcher

GOOD = {
    "study_id": "s", "publication": "Nobody 2001", "drug": "diazepam", "analyte": "Nordazepam", "matrix": "serum",
    "route": "oral", "dose_value": "10", "dose_unit": "mg", "dose_times_h": "0", "n_doses": "1",
    "population": "healthy", "comedication_role": "none",
}  # fmt: skip


def folder(path, studies, observations=None):
    path.mkdir(exist_ok=True)
    if observations is None:
        ids = dict.fromkeys(s.get("study_id", "") for s in studies)
        observations = [{"study_id": i, "time_h": t, "value": "5"} for i in ids for t in (1, 2, 4)]
    for name, rows in (("studies", studies), ("observations", observations)):
        columns = list(dict.fromkeys(key for row in rows for key in row))
        with (path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("change", "kind", "reason"),
    [
        ({"drug": "unobtainium"}, "drug not in the library", "'unobtainium' is not known"),
        ({"drug": "quazepam"}, "drug not in the library", "no numbers in the library"),
        ({"analyte": "unobtainium"}, "analyte not in the library", "'unobtainium' is not known"),
        ({"analyte": "oxazepam glucuronide"}, "conjugate", "conjugates are not modelled"),
        ({"analyte": "oxaz-plus-oxazglu"}, "total", "a total of several substances"),
        ({"analyte": "lorazepam"}, "analyte", "forms no lorazepam from diazepam"),
        ({"matrix": "whole blood"}, "matrix", "no blood-to-plasma ratio"),
        ({"matrix": "saliva"}, "matrix", "measured in saliva"),
        ({"matrix": ""}, "matrix", "an unknown matrix"),
        ({"route": "intraduodenal"}, "route", "intraduodenal"),
        ({"route": "by owl"}, "route", "'by owl' is not known"),
        ({"route": "iv+oral"}, "route", "is not recorded"),
        ({"route": "iv+oral", "dose_text": "po: 3 mg"}, "route", "cannot be read"),
        ({"dose_times_h": ""}, "dosing", "dose times are not known"),
        ({"dose_times_h": "0;noon", "n_doses": "2"}, "dosing", "dose times cannot be read"),
        ({"n_doses": "3"}, "dosing", "3 doses are announced, but 1 dose times"),
        ({"dose_amounts": "5;5"}, "dosing", "2 dose amounts for 1 dose times"),
        ({"dose_value": ""}, "dosing", "dose is not known"),
        ({"dose_value": "-2"}, "dosing", "dose is not known"),
        ({"dose_unit": "drops"}, "dosing", "unit of the dose is not mg or mg/kg: 'drops'"),
        ({"infusion_min": "a while"}, "dosing", "duration of the infusion cannot be read"),
        ({"drug": "carbamazepine", "analyte": "carbamazepine", "infusion_min": "1e12"}, "dosing", "is no study"),
        ({"infusion_min": "1 + 20"}, "dosing", "2 durations of infusion for 1 doses"),
        ({"population": "neonate (preterm/term); 5-min Apgar 8"}, "children", "whose weight is not reported"),
        ({"age_mean": "9"}, "children", "whose age or weight is not reported"),
        ({"disease": "chronic pancreatitis"}, "disease", "disease not modelled: chronic pancreatitis"),
        ({"population": "pregnant women"}, "disease", "condition not modelled: pregnant"),
        ({"arm": "cirrhosis group"}, "disease", "condition not modelled: cirrhosis"),
        ({"genotype": "metabolic phenotype: unheard of"}, "genotype", "genotype not modelled"),
        ({"genotype": "*1/*3"}, "genotype", "genotype of an unknown gene"),
        ({"comedication": "paroxetine", "comedication_role": "inhibitor"}, "co-medication",
         "co-medication paroxetine (inhibitor) not modelled"),
        ({"comedication": "ketoconazole", "comedication_role": "inhibitor"}, "co-medication", "ketoconazole are not known"),
        ({"comedication": "ketoconazole", "comedication_role": "inhibitor", "comedication_regimen": "50/100 mg PO at 0-24 h"},
         "co-medication", "which of the amounts '50/100' was taken when is not said"),
        ({"comedication": "ketoconazole", "comedication_role": "inhibitor", "comedication_regimen": "400 mg IV at 0 h"},
         "co-medication", "no numbers in the library for ketoconazole by the route 'IV'"),
        ({"comedication": "a; b", "comedication_role": "inhibitor+inducer"}, "co-medication", "a; b"),
        ({"quality_flag": "suspect", "notes": "two copies differ"}, "quality", "two copies differ"),
        ({"weight_mean": "310"}, "model", "outside the range of the adult model"),
        ({"weight_mean": "-4", "dose_unit": "mg/kg"}, "model", "outside the range"),
    ],
)  # fmt: skip
def test_reason(tmp_path, change, kind, reason):
    report = validate(folder(tmp_path / "d", [GOOD | {"study_id": "good"}, GOOD | {"study_id": "odd"} | change]))
    assert report.studies["study_id"].tolist() == ["good"]
    skipped = report.skipped.to_dict("records")
    assert [(row["study_id"], row["kind"]) for row in skipped] == [("odd", kind)]
    assert reason in skipped[0]["reason"]
    assert report.skipped_by_kind().to_dict("records") == [{"kind": kind, "studies": 1}]


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"comedication": "caffeine", "comedication_role": "other"}, "co-medication without known effect: caffeine"),
        ({"age_mean": "71"}, "elderly"),
        ({"genotype": "metabolic phenotype: pm"}, "phenotype CYP2C19 poor"),
        ({"arm": "Control CYP3A5*3/*3"}, "genotype CYP3A5 *3/*3"),
        ({"population": "children", "age_mean": "9", "weight_mean": "30"}, "children"),
        ({"population": "obese"}, "obese"),
        ({"population": "patients"}, "patients"),
        ({"matrix": "Arterial  plasma"}, "arterial plasma"),
        ({"quality_flag": "outlier_vs_drug_median"}, "outlier_vs_drug_median"),
        ({"notes": "values dose-normalised by the source"}, "normalised"),
        ({"genotype": "metabolic phenotype: em"}, "weight not reported"),
        ({"genotype": "cyp3a5 genotype: *1/*1"}, "weight not reported"),
    ],
)  # fmt: skip
def test_simulated_with_a_remark(tmp_path, change, flag):
    report = validate(folder(tmp_path / "d", [GOOD | change]))
    assert report.skipped.empty
    assert flag in report.studies["flags"][0]


def test_odd_rows_never_stop_the_others(tmp_path):
    studies = [GOOD | {"study_id": ""}, GOOD | {"study_id": "good"}, GOOD | {"study_id": "good"},
               GOOD | {"study_id": "lonely"}, {"study_id": "empty"}]  # fmt: skip
    rows = [{"study_id": "good", "time_h": 1, "value": 4}, {"study_id": "empty", "time_h": 1, "value": 4}]
    path = folder(tmp_path / "d", studies, rows)
    with (path / "studies.csv").open("a", encoding="utf-8") as file:
        file.write("short\nlong" + ",x" * 40 + "\n")
    report = validate(path, tmp_path / "out")
    assert report.studies["study_id"].tolist() == ["good"]
    reasons = dict(zip(report.skipped["study_id"], report.skipped["reason"], strict=False))
    assert len(report.skipped) == 6
    assert reasons["lonely"] == "no concentration above 0 after the first dose"
    assert "a study of this id came before" in report.skipped["reason"].tolist()


def test_nothing_to_compare_is_a_report_and_not_a_crash(tmp_path):
    report = validate(folder(tmp_path / "d", [GOOD | {"drug": "unobtainium"}]), tmp_path / "out")
    assert report.headline() == "0 studies compared, 1 skipped."
    assert "Skipped" in report.text()
    assert report.by_group.empty
    assert (tmp_path / "out" / "validation.html").is_file()


def test_refusals_teach(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        validate(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match=r"studies\.csv is missing"):
        validate(empty)
    with pytest.raises(InputError, match=r"studies.csv lacks columns: 'publication, drug.*Fix: name these columns"):
        validate(folder(tmp_path / "a", [{"study_id": "x"}]), tmp_path / "out")
    with pytest.raises(InputError, match=r"observations.csv lacks columns: 'value'"):
        validate(folder(tmp_path / "b", [GOOD], [{"study_id": "s", "time_h": 1}]), tmp_path / "out")
    path = folder(tmp_path / "c", [GOOD])
    (path / "studies.csv").write_text((path / "studies.csv").read_text().splitlines()[0] + "\n")
    with pytest.raises(InputError, match="has no rows"):
        validate(path, tmp_path / "out")
    (path / "studies.csv").write_bytes(b"\xff\xfe\x00study")
    with pytest.raises(InputError, match="no table of text"):
        validate(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    path = folder(tmp_path / "d", [GOOD])
    text = (path / "studies.csv").read_text()
    (path / "studies.csv").write_text("\ufeff" + text, encoding="utf-8")
    assert read_folder(path).studies[0]["study_id"] == "s"


def test_overlap_with_the_sources_of_the_library():
    match = SourceMatcher()
    assert match.overlap("Sonne 1988a", "oxazepam", "oxazepam") == "SONNE88"
    assert match.overlap("Sonne 1989", "oxazepam", "oxazepam") == ""
    assert match.overlap("Sonne 1988", "midazolam", "midazolam") == ""  # not a source of that drug
    assert match.overlap("", "oxazepam", "oxazepam") == ""
    assert match.overlap("1988", "oxazepam", "oxazepam") == ""
