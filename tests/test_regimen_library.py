"""A regimen against the library, and the examples in the docstrings."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import allostasis.regimen
from allostasis import library
from allostasis.quantity.errors import InputError, UnknownNameError
from allostasis.regimen import GrammarError, Regimen, check_against_library, parse_regimen
from allostasis.regimen.grammar import parse

PAGE = (Path(__file__).parents[1] / "docs" / "regimen.md").read_text()
BLOCKS = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
MODULES = [module.name for module in pkgutil.iter_modules(allostasis.regimen.__path__)]


@pytest.mark.parametrize("line", [line for block in BLOCKS for line in block.splitlines()])
def test_every_line_of_the_page_is_known_to_the_library(line):
    assert parse_regimen(line) == parse(line) == check_against_library(parse(line))


def test_the_table_on_the_page_reads():
    import tomllib

    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    regimen = Regimen.from_toml(tomllib.loads(block)["regimen"])
    assert check_against_library(regimen) == regimen
    assert (len(regimen.courses), len(regimen.rules)) == (2, 1)


def test_brand_names_become_canonical():
    assert parse_regimen("Ativan 1 mg po tid").drugs() == ("lorazepam",)
    assert check_against_library(parse("ativan 1 mg po tid")).drugs() == ("lorazepam",)


def test_an_unknown_drug_offers_the_nearest():
    with pytest.raises(GrammarError, match="lorazepam") as caught:
        parse_regimen("diazepam 5 mg po daily for 3 d, then lorazepan 1 mg po tid")
    assert caught.value.position == 37
    with pytest.raises(UnknownNameError, match="lorazepam"):
        check_against_library(parse("lorazepan 1 mg po tid"))


def test_a_route_without_parameters_names_those_that_have_them():
    with pytest.raises(GrammarError, match="intramuscular, intranasal, iv, oral") as caught:
        parse_regimen("lorazepam 1 mg pr tid")
    assert caught.value.position == 15
    with pytest.raises(InputError, match="no parameters for lorazepam"):
        check_against_library(parse("lorazepam 1 mg pr tid"))


@pytest.mark.parametrize("drug", library.drug_names())
def test_every_route_of_the_library_can_be_written(drug):
    for route in library.drug(drug).routes:
        regimen = parse_regimen(f"{drug} 1 mg {route} once")
        assert {dose.route for dose in regimen.doses(1.0, 70.0)} == {route}
        assert parse_regimen(str(regimen)) == regimen


@pytest.mark.parametrize(
    ("words", "route"),
    [
        ("odt", "oral"), ("ODT", "oral"), ("orodispersible", "oral"), ("inh", "inhaled"), ("by inhalation", "inhaled"),
        ("sl", "sublingual"),
    ],
)  # fmt: skip
def test_words_for_routes(words, route):
    assert parse_regimen(f"alprazolam 1 mg {words} tid for 3 d") == parse_regimen(f"alprazolam 1 mg {route} tid for 3 d")


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    module = importlib.import_module(f"allostasis.regimen.{name}")
    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert failed == 0
