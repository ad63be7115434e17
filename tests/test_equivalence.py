"""Equivalent doses: every table is kept, the distribution is the one that the calibration of the chain assumes."""

import doctest
import math
import sys

import numpy as np
import pytest

from allostasis import library
from allostasis.clinic.equivalence import convert, equivalence, equivalent_drugs, sample
from allostasis.library.rows import TABLES, rows
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.study import calibration


@pytest.mark.parametrize("drug", calibration.EQUIVALENT_MG)
def test_median_and_spread_are_those_that_the_calibration_assumes(drug):
    median, tables = calibration.EQUIVALENT_MG[drug]
    found = equivalence(drug)
    assert found.median_mg == pytest.approx(median, rel=1e-3)
    assert sum(t.counts for t in found.tables) == tables
    assert found.sd_ln == pytest.approx(calibration.TABLE_SD / math.sqrt(tables / calibration.COPIES), rel=1e-6)


def test_the_reference_is_itself():
    found = equivalence("Valium")
    assert (found.median_mg, found.low_mg, found.high_mg, found.sd_ln) == (pytest.approx(10), 10, 10, 0)
    assert np.all(sample("diazepam", 5, seed=0) == pytest.approx(10))


def test_every_row_of_the_table_is_kept_with_its_source_and_range():
    assert len(rows("equivalents")) == sum(len(equivalence(drug).tables) for drug in equivalent_drugs())
    flurazepam = {t.table: (t.low_mg, t.high_mg) for t in equivalence("flurazepam").tables}
    assert flurazepam["ASAM25:Ashton 2002"] == (15, 30)
    for drug in equivalent_drugs():
        found = equivalence(drug)
        assert found.low_mg <= found.median_mg <= found.high_mg or found.low_mg == pytest.approx(found.median_mg)
        assert all(t.low_mg <= t.mid_mg <= t.high_mg or t.low_mg == t.high_mg for t in found.tables)
        assert all(t.source in library.bibliography() for t in found.tables)


def test_printed_values_scale_to_the_equivalents():
    for row in rows("equivalents"):
        low = float(row["printed_low_mg"]) * 10 / float(row["diazepam_low_mg"])
        high = float(row["printed_high_mg"]) * 10 / float(row["diazepam_high_mg"])
        assert sorted((low, high)) == pytest.approx([float(row["low_mg"]), float(row["high_mg"])])


def test_what_is_no_table_of_oral_doses_does_not_count():
    uncounted = {t.table for drug in equivalent_drugs() for t in equivalence(drug).tables if not t.counts}
    assert uncounted == {"software bzd-taper", "acute IV psychomotor"}


def test_convert_there_and_back_and_range():
    there = convert(3, "lorazepam", "clonazepam")
    back = convert(there.mg, "clonazepam", "lorazepam")
    assert back.mg == pytest.approx(3)
    assert there.low_mg == pytest.approx(3 * 0.5 / 2)
    assert there.high_mg == pytest.approx(3 * 1 / 1)
    assert there.low_mg < there.mg < there.high_mg
    assert there.sd_ln == pytest.approx(math.hypot(equivalence("lorazepam").sd_ln, equivalence("clonazepam").sd_ln))
    assert convert(2, "Xanax", "alprazolam") == (2, 2, 2, 0)
    assert convert(0, "lorazepam", "diazepam").mg == 0


def test_sample_has_the_stated_distribution_and_is_seeded():
    found, draws = equivalence("zaleplon"), sample("zaleplon", 20_000, seed=3)
    logs = np.log(draws)
    assert logs.mean() == pytest.approx(math.log(found.median_mg), abs=0.02)
    assert logs.std() == pytest.approx(found.sd_ln, rel=0.03)
    assert found.sd_ln > calibration.TABLE_SD, "one table says less than the spread between tables"
    assert np.array_equal(draws, sample("zaleplon", 20_000, seed=3))
    assert not np.array_equal(draws, sample("zaleplon", 20_000, seed=4))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: equivalence("propofol"), NotModelledError, "no table of equivalent doses names"),
        (lambda: equivalence("lorazepan"), UnknownNameError, "did you mean 'lorazepam'"),
        (lambda: convert(-1, "lorazepam", "diazepam"), InputError, "0 or more"),
        (lambda: convert(math.nan, "lorazepam", "diazepam"), InputError, "0 or more"),
        (lambda: sample("lorazepam", -1, 0), InputError, "number of draws"),
        (lambda: rows("nothing"), UnknownNameError, "table of the library"),
    ],
)
def test_refusals_teach(call, error, words):
    with pytest.raises(error, match=words):
        call()


CLASSES = ("benzodiazepine",)
"""What a row of a table may name in place of one drug."""


@pytest.mark.parametrize("name", TABLES)
def test_tables_name_known_drugs_and_honest_sources(name):
    sources = library.bibliography()
    for row in rows(name):
        if row.get("drug") and row["drug"] not in CLASSES:
            assert library.canonical(row["drug"], "drug") == row["drug"]
        if row["status"] == "seen":
            assert sources[row["source"]].status == "seen"
        if sources[row["source"]].status == "recalled":
            assert row["status"] in ("recalled", "calibrated")


@pytest.mark.parametrize("module", ["allostasis.clinic.equivalence", "allostasis.library.rows"])
def test_examples_run(module):
    assert doctest.testmod(sys.modules[module]).failed == 0
