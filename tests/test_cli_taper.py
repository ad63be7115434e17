"""`allostasis taper` as a user runs it: a plan and its files, a proven no, and refusals that leave nothing behind."""

import csv
import json

import pytest

from allostasis.cli import main
from allostasis.interop.plan_json import read_plan

QUICK = [
    "--drug", "diazepam", "--dose", "5 mg bid", "--for", "180 d", "--strengths", "2 mg (halves), 5 mg", "--start", "2027-01-04",
]  # fmt: skip


def run(*arguments):
    """Exit status of the command."""
    with pytest.raises(SystemExit) as end:
        main(["taper", *map(str, arguments)])
    return end.value.code


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("taper") / "out"
    assert run(*QUICK, "--cap", "0.08", "--out", folder) == 0
    return folder


def test_a_plan_and_everything_that_is_handed_out(found):
    names = {path.name for path in found.iterdir()}
    assert names >= {
        "taper.html", "plan.csv", "plan.ics", "plan.pdf", "plan.json", "plan_fhir_r4.json", "plan_fhir_r5.json",
        "comparison.csv", "daily.csv", "run.json",
    }  # fmt: skip
    issued = read_plan(found / "plan.json")
    assert issued.start.isoformat() == "2027-01-04"
    assert not issued.plan.steps[-1].mg_per_day


def test_the_verified_plan_keeps_its_cap_and_the_others_need_not(found):
    rows = {row["plan"]: row for row in csv.DictReader((found / "comparison.csv").read_text().splitlines())}
    assert float(rows["this plan"]["peak_imbalance"]) <= 0.08
    assert float(rows["10 % of start"]["peak_imbalance"]) > float(rows["this plan"]["peak_imbalance"])
    assert json.loads((found / "run.json").read_text())["answer"][0].startswith("Zero after")


@pytest.mark.slow
def test_a_cap_below_what_any_plan_reaches_is_answered_with_what_would_help(tmp_path, capsys):
    status = run(*QUICK, "--cap", "0.002", "--weeks", "10", "--no-compare", "--exact-limit", "3", "--out", tmp_path / "out")
    assert status == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "Zero after" not in said
    assert "What would help" in said or "None of the additions" in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"--strengths": "4 mg"}, "nearest"),
        ({"--strengths": "2 furlongs"}, "furlongs"),
        ({"--dose": "200 mg bid"}, "label"),
        ({"--dose": "5 mg morning"}, "5 mg morning"),
        ({"--cap": "-1"}, "above 0"),
        ({"--quantile": "1.5"}, "quantile"),
        ({"--preset": "astrology"}, "astrology"),
        ({"--drug": "aspirine"}, "aspirine"),
        ({"--for": "2 d"}, "7 days"),
        ({"--start": "tomorrow"}, "2026-12-01"),
        ({"--switch": "diazepam"}, "diazepam"),
        ({"--switch-strengths": "2 mg"}, "--switch"),
        ({"--exact": "perhaps"}, "perhaps"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
)
def test_refusals_name_the_value_and_leave_nothing(tmp_path, capsys, change, words):
    arguments = dict(zip(QUICK[::2], QUICK[1::2], strict=True)) | change
    status = run(*(part for pair in arguments.items() for part in pair), "--out", tmp_path / "out")
    assert status not in (0, 1)
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
