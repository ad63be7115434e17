"""Drug resistance: definitions over diaries and courses with known answers, bad files by line, and the command."""

import math
from datetime import date, timedelta

import numpy as np
import pytest

from allostasis import library
from allostasis.cli import main
from allostasis.clinic.drug_resistance import (
    SeizureDiary,
    StatusCourse,
    StatusTreatment,
    Trial,
    benzodiazepine_resistant,
    course_of_activity,
    diary_of,
    established,
    ilae_resistance,
    persistent_resistance,
    refractory,
    resistance,
    stage,
    status_epilepticus,
    super_refractory,
)
from allostasis.clinic.drug_resistance.ilae import FAILURE, OPEN, SUCCESS, longest_interval, outcome
from allostasis.interop.resistance_csv import read_course, read_seizure_diary, read_trials
from allostasis.quantity import InputError, UnknownNameError

START = date(2024, 1, 1)


def day(k):
    return START + timedelta(days=k)


def diary(days, on):
    return SeizureDiary(START, tuple(int(k in set(on)) for k in range(days)))


def test_the_interval_is_that_of_the_year_before_and_of_nothing_else():
    seen = diary(900, [0, 300, 500, 560, 600])
    assert longest_interval(seen, Trial("a", day(700))) == 60  # of 300, 500, 560 and 600 the first is older than a year
    assert longest_interval(seen, Trial("a", day(300))) is None


@pytest.mark.parametrize(
    ("on", "length", "result"),
    [
        ([0, 10], 400, SUCCESS),  # 380 days free after the start on day 20
        ([0, 10], 360, OPEN),  # not a year yet, no seizure
        ([0, 10, 30, 340], 360, FAILURE),  # 19 days free, three intervals are 30
        ([0, 10, 30], 360, OPEN),  # beyond three intervals, not a year
        ([0, 180], 700, OPEN),  # an interval of 180 asks for 540 days, and 520 have passed
        ([0, 180], 722, SUCCESS),
    ],
)
def test_outcome_of_a_schedule(on, length, result):
    start = 20 if 10 in on else 181
    assert outcome(diary(length, on), Trial("a", day(start))).result == result


def test_two_failures_make_resistance_and_one_drug_twice_is_one_failure():
    seen = diary(600, range(0, 600, 5))
    first, again = Trial("A", day(100), day(200)), Trial(" a ", day(201), day(300))
    assert ilae_resistance(seen, [first, again]).verdict == "undefined"
    assert ilae_resistance(seen, [first, again, Trial("b", day(301))]).verdict == "drug-resistant"


@pytest.mark.parametrize("why", ["appropriate", "adequate", "tolerated"])
def test_what_was_not_a_fair_trial_does_not_count(why):
    seen = diary(600, range(0, 600, 5))
    trials = [Trial("a", day(100), day(200)), Trial("b", day(201), day(300), **{why: False})]
    found = ilae_resistance(seen, trials)
    assert found.verdict == "undefined"
    assert f"not {why}" in " ".join(found.reasons)


def test_who_is_free_on_the_third_is_responsive():
    seen = diary(800, range(0, 300, 5))
    trials = [Trial("a", day(50), day(150)), Trial("b", day(151), day(299)), Trial("c", day(300))]
    assert ilae_resistance(seen, trials).verdict == "drug-responsive"


def test_three_months_are_met_on_the_ninetieth_day_and_not_before():
    before = range(0, 100, 5)
    seen = diary(100 + 90, [*before, *range(100, 190, 5)])
    assert persistent_resistance(seen, [Trial("a", day(100))]).since == day(189).isoformat()
    shorter = diary(100 + 89, [*before, *range(100, 189, 5)])
    assert persistent_resistance(shorter, [Trial("a", day(100))]).met is None


def test_a_drug_that_more_than_halves_seizures_controls_them():
    seen = diary(300, [*range(0, 100, 5), *range(100, 300, 15)])
    found = persistent_resistance(seen, [Trial("a", day(100))])
    assert found.met is False
    assert found.verdict == "not resistant"


def test_a_marked_rise_counts_and_chance_does_not():
    quiet = [*range(0, 60, 30)]
    assert persistent_resistance(diary(80, [*quiet, *range(66, 80, 2)]), [Trial("a", START)]).met is True
    assert persistent_resistance(diary(80, [*quiet, 70, 75]), [Trial("a", START)]).met is None


def test_the_rise_is_rarely_found_in_chance_alone():
    rng = np.random.default_rng(1)
    rows = library.parameter_set("drug_resistance")
    found = 0
    for _ in range(40):
        counts = tuple(int(n) for n in rng.poisson(0.1, 80))
        found += bool(persistent_resistance(SeizureDiary(START, counts), [Trial("a", START)]).met)
    assert found <= 40 * 10 * rows["seed.significance"].value  # 39 overlapping windows are fewer than ten free ones


def test_three_definitions_side_by_side_name_the_one_used():
    seen = diary(400, range(0, 400, 5))
    verdict = resistance(seen, [Trial("a", day(50))], used="review")
    assert [f.met for f in verdict.findings] == [None, True, None]
    assert verdict.headline.startswith("By the definition three months or a marked rise (review): resistant since")
    with pytest.raises(UnknownNameError, match="ilae"):
        resistance(seen, [], used="iale")


LORAZEPAM = StatusTreatment(10.0, "lorazepam", "benzodiazepine")
VALPROATE = StatusTreatment(20.0, "valproate", "second line")
ANAESTHESIA = StatusTreatment(60.0, "midazolam", "anaesthetic")


@pytest.mark.parametrize(
    ("seizing", "treatments", "last"),
    [
        (((0.0, 4.0),), (), "no status epilepticus"),
        (((0.0, 12.0),), (), "status epilepticus"),
        (((0.0, 14.0),), (LORAZEPAM,), "status epilepticus"),  # stopped within 5 min of the dose
        (((0.0, 16.0),), (LORAZEPAM,), "established"),
        (((0.0, 12.0), (39.0, 60.0)), (LORAZEPAM,), "established"),  # back within 30 min of the dose
        (((0.0, 12.0), (41.0, 60.0)), (LORAZEPAM,), "status epilepticus"),  # another seizure
        (((0.0, 39.0),), (LORAZEPAM, VALPROATE), "established"),
        (((0.0, 41.0),), (LORAZEPAM, VALPROATE), "refractory"),
        (((0.0, 80.0),), (LORAZEPAM, VALPROATE, ANAESTHESIA), "refractory"),
        (((0.0, 80.0), (1501.0, 1502.0)), (LORAZEPAM, VALPROATE, ANAESTHESIA), "super-refractory"),
        (((0.0, math.inf),), (), "established"),
    ],
)
def test_stages(seizing, treatments, last):
    assert stage(StatusCourse(seizing, treatments)) == last


def test_an_inadequate_dose_shows_nothing_about_the_drug():
    small = StatusTreatment(10.0, "lorazepam", "benzodiazepine", adequate=False)
    course = StatusCourse(((0.0, 28.0),), (small, VALPROATE))
    assert benzodiazepine_resistant(course).met is False
    assert "no adequate dose" in benzodiazepine_resistant(course).reasons[0]
    assert not refractory(course).met
    assert not established(course).met


def test_an_absence_needs_longer_than_a_convulsion():
    assert status_epilepticus(StatusCourse(((0.0, 7.0),))).met
    assert not status_epilepticus(StatusCourse(((0.0, 7.0),), kind="absence")).met


def test_a_course_from_activity_keeps_an_open_end():
    time = np.linspace(0, 30, 301)
    course = course_of_activity(time, np.where((time < 1.05) | (time > 26.05), 0.9, 0.1), [LORAZEPAM, ANAESTHESIA])
    assert course.seizing[0] == pytest.approx((0.0, 66.0))
    assert course.seizing[1][1] == math.inf
    assert super_refractory(course).met
    with pytest.raises(InputError, match="without a seizure"):
        course_of_activity(time, 0 * time)


def test_days_are_never_filled_unless_the_writer_says_so():
    written = {day(0): 1, day(3): 2}
    with pytest.raises(InputError, match=r"2 days .* 2024-01-02"):
        diary_of(written)
    assert diary_of(written, quiet=True).counts == (1, 0, 0, 2)


GOOD = {
    "diary": "date,seizures\n2024-01-01,2\n2024-01-02,0\n",
    "trials": "drug,start,end,appropriate,adequate,tolerated\nlamotrigine,2024-01-01,,yes,yes,yes\n",
    "course": "time_min,event,drug,adequate\n0,seizure starts,,\n8,benzodiazepine,lorazepam,yes\n30,seizure stops,,\n",
}
READERS = {"diary": read_seizure_diary, "trials": read_trials, "course": read_course}


@pytest.mark.parametrize(
    ("which", "old", "new", "words"),
    [
        ("diary", "-02,0", "-02,-1", "line 3: seizures: '-1'"),
        ("diary", "-02,0", "-02,1.5", "line 3: seizures: '1.5'"),
        ("diary", "01-02", "13-02", "line 3: date: '2024-13-02'"),
        ("diary", "01-02", "01-01", "line 3: a day twice"),
        ("diary", "-02,0", "-05,0", "3 days of the diary are missing"),
        ("diary", "-02,0", "-02,0,0", "line 3 has 3 cells"),
        ("diary", "seizures", "siezures", "line 1: column.*did you mean 'seizures'"),
        ("trials", "yes,yes,yes", "yes,maybe,yes", "line 2: adequate: 'maybe'. Expected yes or no"),
        ("trials", ",,yes", ",2023-01-01,yes", "line 2: trial of lamotrigine ends before it starts"),
        ("trials", "lamotrigine", "", "line 2: a treatment without a name"),
        ("trials", ",tolerated", "", "line 1: columns"),
        ("course", "30,", "3,", "line 4: times fall"),
        ("course", "seizure stops", "seizure starts", "line 4: a seizure that starts twice"),
        ("course", "8,benzodiazepine", "8,benzodiazepin", "line 3: event.*did you mean 'benzodiazepine'"),
        ("course", "lorazepam,yes", "lorazepam,", "line 3: adequate"),
    ],
)
def test_bad_rows_are_refused_with_their_line(tmp_path, which, old, new, words):
    path = tmp_path / f"{which}.csv"
    path.write_text(GOOD[which])
    READERS[which](path)
    path.write_text(GOOD[which].replace(old, new, 1))
    with pytest.raises(InputError, match=words):
        READERS[which](path)


def test_the_command_answers_and_writes_or_leaves_nothing(tmp_path, capsys):
    for name, text in GOOD.items():
        (tmp_path / f"{name}.csv").write_text(text)

    def run(*more):
        paths = [str(tmp_path / "diary.csv"), "--trials", str(tmp_path / "trials.csv"), "--out", str(tmp_path / "out")]
        with pytest.raises(SystemExit) as end:
            main(["resistance", *paths, *more])
        return end.value.code

    assert run("--definition", "nobody") == 2
    assert not (tmp_path / "out").exists()
    capsys.readouterr()
    assert run("--course", str(tmp_path / "course.csv")) == 0
    said = capsys.readouterr().out
    assert "By the definition ILAE 2010: undefined" in said
    assert "furthest stage is established" in said
    assert "benzodiazepine failure" in (tmp_path / "out" / "resistance.csv").read_text()
