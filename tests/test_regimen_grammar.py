"""The regimen language: every line of its page, round trips, and refusals that teach."""

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allostasis.quantity.errors import InputError
from allostasis.regimen.grammar import parse
from allostasis.regimen.tokens import GrammarError

steady = settings(deadline=None, derandomize=True)
PAGE = (Path(__file__).parents[1] / "docs" / "regimen.md").read_text()
BLOCKS = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [line for block in BLOCKS for line in block.splitlines() if line]


@steady
@given(st.text(max_size=60))
def test_any_text_parses_or_teaches(text):
    with contextlib.suppress(InputError):
        parse(text)


@steady
@given(st.lists(st.sampled_from(" ".join(EXAMPLES).split()), max_size=14).map(" ".join))
def test_any_words_parse_or_teach(text):
    with contextlib.suppress(InputError):
        regimen = parse(text)
        assert parse(str(regimen)) == regimen


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_line_of_the_page(line):
    regimen = parse(line)
    assert parse(str(regimen)) == regimen
    assert regimen.doses(365 * 24, weight_kg=70) or regimen.rules


def test_the_page_has_its_lines():
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (
            "lorazepam 1 mg po tid for 180 d, then taper 10 % of current every 14 d",
            "lorazepam 1 mg oral tid for 180 d, "
            "then taper 10 % of current every 14 d until below 5 % of start",
        ),
        ("diazepam 10 mg po qhs", "diazepam 10 mg oral daily at 22:00"),
        ("midazolam 0.5 g im at 90 s", "midazolam 500 mg intramuscular at 90 s"),
        ("midazolam 60 ug/kg/min i.v. until 3 h", "midazolam 3.6 mg/kg/h iv for 3 h"),
        ("Lorazepam 1MG P.O. Q8H", "lorazepam 1 mg oral tid"),
        ("lorazepam 1 mg po bid for 2 weeks\n\n# a comment\ndiazepam 5 mg iv", None),
        ("lorazepam 1 mg po bid for 2 weeks,\n then stop", "lorazepam 1 mg oral bid for 14 d, then stop"),
        ("diazepam 5 mg po at 22:00, 8:00 for 3 d", "diazepam 5 mg oral daily at 8:00, 22:00 for 3 d"),
        ("diazepam 10 mg at night and 5 mg in the morning po for 3 d", None),
        ("none", "none"),
        ("No drug", "none"),
    ],
)
def test_canonical_text(text, canonical):
    regimen = parse(text)
    assert parse(str(regimen)) == regimen
    if canonical is not None:
        assert str(regimen) == canonical


REFUSALS = [
    ("lorazepam 1 mg tid", "1", "route of 'lorazepam' is missing"),
    ("lorazepam 1 ml po tid", "ml", "unit of the dose"),
    ("lorazepam 2 tablets po tid", "tablets", "unit of the dose"),
    ("lorazepam 1 po tid", "po", "unit of the dose"),
    ("lorazepam po tid", "lorazepam", "dose of 'lorazepam' is missing"),
    ("lorazepam -1 mg po tid", "-1", "negative"),
    ("lorazepam 0 mg po tid", "0", "zero"),
    ("lorazepam 1e999 mg po tid", "1e999", "too large"),
    ("lorazepam 1 mg po tid for 1e999 d", "1e999", "too large"),
    ("lorazepam 1,5 mg po tid", "1,5", "comma inside a number"),
    ("lorazepam 1 mg po every 0 h", "0", "out of range"),
    ("lorazepam 1 mg po every -8 h", "-8", "negative"),
    ("lorazepam 1 mg po q0h", "q0h", "interval"),
    ("lorazepam 1 mg po tid for 1 month", "month", "no fixed length"),
    ("lorazepam 1 mg po tid for 30", None, "unit of time"),
    ("taper 10 % of current every 14 d", "taper", "taper of nothing"),
    ("midazolam 5 mg iv, then taper 10 % of current every 14 d", "taper", "taper of nothing"),
    ("lorazepam 1 mg po tid for 9 d, then taper 10 % every 14 d", "every", "percentage of what"),
    ("lorazepam 1 mg po tid for 9 d, then taper 10 % of current", None, "interval of the taper"),
    ("lorazepam 1 mg po tid for 9 d, then taper 100 % of start every 7 d", "taper", "whole dose"),
    (
        "lorazepam 1 mg po tid for 9 d, then taper by 3 mg every 7 d",
        "taper",
        "not smaller than the daily dose",
    ),
    ("lorazepam 1 mg po tid for 9 d, then taper 10 % of current every 7 d to 9 mg", "taper", "floor"),
    (
        "lorazepam 1 mg po tid for 9 d, then taper 10 % of current every 7 d to 0 mg",
        "taper",
        "never reaches 0",
    ),
    ("lorazepam 1 mg po tid for 9 d, then taper by 0.1 mg/kg every 7 d", "taper", "another unit"),
    ("lorazepam 1 mg po tid for 9 d, then taper 0.001 % of start every 7 d", "taper", "too many steps"),
    ("lorazepam 1 mg po tid for 9 d, then taper by 1 mg every 7 d from day 20", "taper", "has ended"),
    ("lorazepam 1 mg po tid, then stop", "stop", "no end"),
    (
        "lorazepam 1 mg po tid for 10 d, then 2 mg from day 5 for 3 d",
        "2",
        "begins before the former one ends",
    ),
    ("lorazepam 1 mg po tid from day 9 until day 5", "lorazepam", "ends before it begins"),
    ("lorazepam 1 mg po tid for 9 d until day 5", "lorazepam", "both 'for' and 'until'"),
    ("lorazepam 1 mg po prn", "prn", "as needed"),
    ("lorazepam 1 mg po at 8:00", "1", "once or every day"),
    ("lorazepam 1 mg po at 25:00 for 3 d", "25:00", "out of range"),
    ("lorazepam 1 mg po at 8:00, 8:00 for 3 d", "1", "not in order"),
    ("lorazepam 1 mg po tid at 8:00 for 3 d", "lorazepam", "do not match"),
    ("lorazepam 1 mg + 2 mg + 3 mg po at 8:00, 9:00 for 3 d", "1", "do not match"),
    ("lorazepam 1 mg + 2 mg/kg po alternating daily", "2", "different units"),
    ("lorazepam 1 mg po for 30 d", "1", "frequency is missing"),
    ("lorazepam 1 mg + 2 mg po bid for 30 d", "2", "alternating"),
    ("lorazepam 1 mg po alternating daily for 30 d", "1", "alternating"),
    ("lorazepam 1 mg po tid bid", "bid", "frequency is given twice"),
    ("lorazepam 1 mg po iv tid", "iv", "route is given twice"),
    ("lorazepam 1 mg po tid for 3 d for 4 d", "for", "given twice"),
    ("lorazepam 1 mg po tid for 1.5 doses", "1.5", "whole number"),
    ("lorazepam 1 mg po tid whenever", "whenever", "not understood here"),
    ("lorazepam 48 mg/d po", "48", "a rate by the oral route"),
    ("midazolam 2 mg/h iv tid", "2", "a rate with a frequency"),
    ("lorazepam $1 po", "$", "not part of the language"),
    ("1 mg po tid", "1", "drug is missing"),
    ("", None, "empty"),
    (" ; ; ", None, "empty"),
    ("flumazenil 0.2 mg iv if occupancy a1 above 0.5, at most every 1 min", "occupancy", "limit of the rule"),
    (
        "flumazenil 0.2 mg iv if occupancy a1 above 50 %, at most every 1 min",
        "%",
        "unit behind the threshold",
    ),
    ("flumazenil 0.2 mg iv if occupancy a1 beyond 5", "beyond", "relation"),
    ("flumazenil 0.2 mg iv if above 5", "above", "port of the rule is missing"),
    ("flumazenil 0.2 mg iv tid if imbalance above 5", "0.2", "no frequency of its own"),
    ("flumazenil 0.2 mg/h iv if imbalance above 5", "0.2", "one bolus"),
    (
        "diazepam 5 mg iv, then diazepam 5 mg iv if imbalance > 5, at most once, at most every 1 h",
        "diazepam",
        "then",
    ),
]


@pytest.mark.parametrize(("text", "value", "what"), REFUSALS)
def test_refusals_show_the_place_and_the_way_out(text, value, what):
    with pytest.raises(GrammarError, match=re.escape(what)) as caught:
        parse(text)
    error = caught.value
    message, line, caret = str(error).rsplit("\n", 2)
    assert "Expected" in message
    assert "Fix: " in message
    assert line == f"  {text}"
    assert caret.index("^") - 2 == error.position
    if value is not None:
        assert text[error.position :].startswith(value)


def test_the_caret_stands_in_its_own_line():
    with pytest.raises(GrammarError) as caught:
        parse("lorazepam 1 mg po tid for 3 d\ndiazepam 5 ml po\nclobazam 10 mg po daily")
    assert str(caught.value).endswith("\n  diazepam 5 ml po\n             ^^")


def test_a_text_that_is_too_long():
    with pytest.raises(InputError, match="too long"):
        parse("lorazepam 1 mg po; " * 2000)


class OneDrug:
    """Knows lorazepam by mouth."""

    def drug(self, name):
        if name not in ("lorazepam", "ativan"):
            raise InputError("unknown drug", value=name, expected="lorazepam")
        return "lorazepam"

    def route(self, drug, route):
        if route != "oral":
            raise InputError(f"no parameters for {drug} by this route", value=route, expected="oral")
        return route


def test_names_are_resolved():
    regimen = parse("Ativan 1 mg po tid for 3 d, then lorazepam 2 mg daily", OneDrug())
    assert regimen.drugs() == ("lorazepam",)
    rule = "ativan 1 mg po if imbalance above 1, at most once, at most every 1 h"
    assert parse(rule, OneDrug()).rules[0].drug == "lorazepam"


@pytest.mark.parametrize(
    ("text", "value", "what"),
    [
        ("lorazepan 1 mg po", "lorazepan", "unknown drug"),
        ("ativan 1 mg pr", "pr", "no parameters for lorazepam"),
    ],
)
def test_names_that_are_not_known_show_their_place(text, value, what):
    with pytest.raises(GrammarError, match=what) as caught:
        parse(text, OneDrug())
    assert text[caught.value.position :].startswith(value)
