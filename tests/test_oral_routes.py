"""A solution or an extended-release tablet is swallowed like any tablet: the same first pass, the same gut wall."""

import re

import numpy as np
import pytest

from allostasis import library
from allostasis.exposure import CompartmentModel, MetabolicClearance
from allostasis.exposure.first_pass import is_oral
from allostasis.patient import Patient
from allostasis.simulation.assemble import assemble


@pytest.fixture
def alprazolam_solution(tmp_path):
    """The library with an oral solution of alprazolam that is absorbed like the tablet."""
    source = library.current().drug_files["alprazolam"].read_text(encoding="utf-8")
    tables = re.findall(r"^\[routes\.oral\.[^\[]*", source, re.MULTILINE)
    assert len(tables) >= 3  # F, ka, Tlag
    solution = "".join(table.replace("[routes.oral.", "[routes.oral-solution.") + "\n" for table in tables)
    (tmp_path / "drugs").mkdir()
    (tmp_path / "drugs" / "alprazolam.toml").write_text(source + "\n" + solution, encoding="utf-8")
    library.use_directory(tmp_path)
    yield
    library.use_directory(None)


@pytest.mark.parametrize("route", library.drug("carbamazepine").routes)
def test_every_route_by_mouth_is_known_as_one(route):
    assert is_oral(route) == route.startswith("oral")


@pytest.mark.usefixtures("alprazolam_solution")
def test_a_solution_has_the_first_pass_of_a_tablet():
    sites = [("alprazolam", "oral"), ("alprazolam", "oral-solution"), ("ketoconazole", "oral")]
    system = assemble(sites, Patient())
    clearance = next(s for s in system.composition.submodels if isinstance(s, MetabolicClearance))
    numbers = system.parameters["clearance"]
    assert numbers["F_gut.alprazolam.oral-solution"] == numbers["F_gut.alprazolam.oral"] < 1
    activity = tuple(np.full(1, 0.3) for _ in clearance.enzymes)
    given = clearance.readout(0.0, {}, {"liver_activity": activity, "gut_activity": activity}, numbers)
    names = next(p for p in clearance.outputs if p.name == "availability").components
    found = dict(zip(names, given["availability"], strict=True))
    assert found["alprazolam.oral-solution"] == pytest.approx(found["alprazolam.oral"])
    assert found["alprazolam.oral"] > 1.05


def test_a_solution_reaches_the_gut_wall_as_a_tablet_does():
    """What a drug does in the gut wall goes with all that is absorbed by mouth, whatever its form."""
    sites = [("carbamazepine", route) for route in ("oral", "oral-solution", "oral-extended-release")]
    for own in (sites[1:2], sites):
        system = assemble([*own, ("alprazolam", "oral")], Patient())
        graph = system.composition.submodels[0]
        assert isinstance(graph, CompartmentModel)
        assert graph.variation.absorbed == ("carbamazepine",)
        p = graph.prepare(system.parameters["exposure"])
        last = {d.route: d.states[-1] for d in graph.depots if d.drug == "carbamazepine"}
        state = {s.name: np.full(1, 7.0 if s.name in last.values() else 0.0) for s in graph.states}
        (absorbed,) = graph.readout(0.0, state, {}, p)["absorption"]
        assert absorbed == pytest.approx(7.0 * sum(p[f"carbamazepine.{route}.ka"] for route in last))
        assert len(last) == len(own)
