"""Units at the boundary and the Parameter that carries every number."""

import contextlib
import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allostasis.library.check import all_parameters
from allostasis.quantity import InputError, Parameter, Source, UnknownNameError, convert, magnitude
from allostasis.quantity import units as units_module
from allostasis.quantity.parameter import FAMILIAR_UNITS
from allostasis.quantity.units import canonical_unit, is_unit, unit_registry


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("4 mg", "mg", 4.0),
        ("4mg", "mg", 4.0),
        ("0.5 mg/kg", "mg/kg", 0.5),
        ("500 ug/kg", "mg/kg", 0.5),
        ("2 weeks", "h", 336.0),
        ("2 weeks", "d", 14.0),
        ("180 d", "h", 4320.0),
        ("1 month", "d", 30.4375),
        ("30 min", "h", 0.5),
        ("70 kg", "kg", 70.0),
        ("250 µg", "mg", 0.25),
        ("250 mcg", "mg", 0.25),
        ("20 nM", "nmol/L", 20.0),
        ("1.5e3 nmol/L", "uM", 1.5),
        ("26 mL/min", "L/h", 1.56),
        ("-1 mg", "mg", -1.0),
        ("10 mg/kg/h", "mg/kg/min", 1 / 6),
        ("0.3", "1", 0.3),
        ("50 %", "1", 0.5),
    ],
)
def test_text_with_a_unit_becomes_a_number(text, unit, expected):
    assert magnitude(text, unit) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("4", "mg", ["no unit", "'4'", "mg", "4 mg"]),
        (4.0, "mg", ["no unit", "4.0", "4 mg"]),
        (4, "h", ["no unit", "8 h"]),
        (True, "1", ["no unit"]),
        (None, "mg", ["no unit"]),
        ("2 weeks", "mg", ["wrong dimension", "4 mg"]),
        ("4 mg", "mg/kg", ["wrong dimension", "0.1 mg/kg"]),
        ("0.1 mg/kg", "mg", ["wrong dimension"]),
        ("50 %", "mg/kg", ["wrong dimension"]),
        ("2 mg/kg/h", "1/h", ["wrong dimension"]),
        ("2 ng/mL", "nM", ["wrong dimension"]),
        ("4 Mg", "mg", ["unknown unit"]),
        ("4 wibble", "mg", ["unknown unit", "4 mg"]),
        ("nan mg", "mg", ["not a number"]),
        ("inf h", "h", ["not a number"]),
        ("1e999 mg", "mg", ["not a finite number"]),
        ("0,5 mg", "mg", ["not a number", "decimal point"]),
        ("2*3 mg", "mg", ["not a number"]),
        ("4 mg + 2 mg", "mg", ["not a number"]),
        ("4 mg**9999", "mg", ["not a number"]),
        ("__import__('os') mg", "mg", ["not a number"]),
        ("1 h 30 min", "h", ["not a number"]),
        ("", "mg", ["not a number"]),
        ("1" * 500 + " mg", "mg", ["not a number"]),
    ],
)
def test_refusals_name_the_value_and_give_an_example(value, unit, words):
    with pytest.raises(InputError) as refusal:
        magnitude(value, unit, what="bedtime dose")
    assert "bedtime dose" in str(refusal.value)
    for word in words:
        assert word in str(refusal.value)


def test_pint_quantities_are_accepted():
    registry = units_module.registry
    assert registry is unit_registry()
    assert magnitude(registry.Quantity(2, "week"), "h") == 336.0
    assert magnitude(registry.Quantity(26, "mL/min"), "L/h") == pytest.approx(1.56)
    with pytest.raises(InputError, match="wrong dimension"):
        magnitude(registry.Quantity(2, "week"), "mg")


@pytest.mark.parametrize("table", units_module._TABLES)
def test_the_short_table_equals_pint(table):
    registry = unit_registry()
    for unit in table:
        for target in table:
            expected = registry.Quantity(3.0, unit).to(target).magnitude
            assert convert(3.0, unit, target) == pytest.approx(expected, rel=1e-12)


def test_every_spelling_means_to_pint_what_it_means_here():
    registry = unit_registry()
    ours_alone = {"mins", "hrs", "secs", "wk", "wks", "mcg", "y", "%", "1", "dimensionless"}
    for spelling, unit in units_module._SPELLINGS.items():
        if spelling not in ours_alone:
            assert registry.parse_units(spelling) == registry.parse_units(unit), spelling


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_refusal(text):
    with contextlib.suppress(InputError):
        assert math.isfinite(magnitude(text, "mg"))


@given(st.floats(1e-6, 1e6), st.sampled_from(["mg", "ug", "g"]))
def test_writing_and_reading_agree(value, unit):
    assert magnitude(f"{value!r} {unit}", unit) == value


def test_familiar_units_are_units():
    assert all(is_unit(unit) for unit in FAMILIAR_UNITS)
    assert canonical_unit("mcg/kg/hours") == "ug/kg/h"


def test_the_boundary_does_not_load_pint_for_ordinary_units():
    code = (
        "import sys; from allostasis.quantity import magnitude;"
        " magnitude('4 mg', 'mg'); magnitude('2 weeks', 'h');"
        " magnitude('70 kg', 'kg'); assert 'pint' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


GOOD = {
    "name": "x.CL", "value": 1.5, "unit": "L/h", "low": 1.0, "high": 2.0, "spread": 30.0,
    "spread_kind": "cv_percent", "source": "KLOTZ75", "kind": "measured", "status": "seen",
}  # fmt: skip


def test_a_parameter_converts_and_is_frozen():
    p = Parameter(**GOOD)
    assert p.to("L/h") == 1.5
    assert p.to("mL/min") == pytest.approx(25.0)
    assert p.log_spread == pytest.approx(math.sqrt(math.log(1.09)))
    with pytest.raises(InputError, match="wrong dimension"):
        p.to("L")
    with pytest.raises(AttributeError):
        p.value = 2.0  # type: ignore[misc]


@pytest.mark.parametrize(
    "change",
    [
        {"value": math.nan}, {"value": math.inf}, {"value": 5.0}, {"low": 1.9}, {"unit": "wibble"},
        {"unit": ""}, {"kind": "guessed"}, {"status": "read"}, {"source": " "}, {"source": ""},
        {"spread_kind": ""}, {"spread": None}, {"spread": -1.0}, {"spread_kind": "variance"},
        {"kind": "assumed", "status": "seen"}, {"high": math.nan},
    ],
)  # fmt: skip
def test_a_faulty_parameter_is_refused(change):
    with pytest.raises(InputError):
        Parameter(**(GOOD | change))


def test_a_faulty_source_is_refused():
    Source("A", "Author 2000", "page 1", "seen", "primary")
    with pytest.raises(InputError):
        Source("A", "", "page 1", "seen", "primary")
    with pytest.raises(UnknownNameError):
        Source("A", "Author 2000", "page 1", "certain", "primary")
    with pytest.raises(UnknownNameError):
        Source("A", "Author 2000", "page 1", "seen", "good")


def test_an_assumed_spread_beside_a_measured_number_says_so():
    beside = [p for p in all_parameters() if p.spread_source == "ALLOSTASIS" and p.kind in ("measured", "derived")]
    assert len(beside) > 10
    assert [p.name for p in beside if "assumed" not in p.note] == []
