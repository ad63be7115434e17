"""One definition, two engines: SBML printed from the equations, read by libsbml and run by libroadrunner."""

import itertools
import math
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from allostasis.adaptation import NoAdaptation, Unchanged
from allostasis.circuit import ExcitationInhibitionBalance
from allostasis.exposure import CompartmentModel
from allostasis.interop import dose_per_mg, sbml_id, sbml_text
from allostasis.interop.expression import FOLD, Graph, print_formulas
from allostasis.interop.jaxpr import trace
from allostasis.model import Composition
from allostasis.model.reference import Input, reference
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError
from allostasis.receptor import InhibitionGain, MWCReceptor
from allostasis.simulation.assemble import assemble

libsbml = pytest.importorskip("libsbml", exc_type=ImportError)


def roadrunner():
    try:
        import roadrunner as engine
    except ImportError:
        pytest.skip("libroadrunner is not installed")
    return engine


def value_of(text, values):
    """A printed formula, evaluated by Python."""
    known = {name: function for name, function in FOLD.items() if name.isalpha()} | {"true": True, "false": False}
    python = text.replace("&&", " and ").replace("||", " or ").replace("!(", " not (").replace("INF", "math.inf")
    return eval(python, {"math": math, **known}, values)


def printed_value(function, values):
    """Trace a function of scalars, print its formula, and evaluate the text, definitions first."""
    formula = trace(lambda given: function(**given), [{name: name for name in values}], Graph()).item()
    printed = print_formulas([formula])
    given = dict(values)
    for name, text in printed.shared.items():
        given[name] = value_of(text, given)
    return value_of(printed.texts[0], given)


FUNCTIONS = {
    "signs": lambda x, y: -x - (y - x) - (-(y - 2.0)),
    "quotients": lambda x, y: x / (y / x) / (x * y) - x / y * x,
    "powers": lambda x, y: x**3 + x**y + 2.0**-x + x**0.5 + jnp.square(y) + jnp.exp2(x),
    "logarithms": lambda x, y: jnp.log(x) + jnp.log1p(y) * jnp.expm1(x) + jnp.sqrt(y) + jax.lax.rsqrt(x),
    "bends": lambda x, y: jnp.maximum(x, y) - jnp.minimum(x, 0.7) + jnp.abs(x - y) + jnp.clip(y, 0.1, 0.9),
    "choices": lambda x, y: jnp.where((x < y) & ~(x < 0.0) | (y >= 2.0), x, y) + jnp.where(x == y, 1.0, 2.0),
    "signum": lambda x, y: jnp.sign(x - y) + jnp.sign(y - y),
    "sigmoids": lambda x, y: jax.nn.sigmoid(x) + jnp.tanh(y) + jax.nn.relu(x - y) + jax.nn.softplus(x),
    "circular": lambda x, y: jnp.sin(x) * jnp.cos(y) + jnp.floor(3 * x) - jnp.ceil(y),
    "stacks": lambda x, y: jnp.stack([x, y, x * y])[::-1][0] + jnp.concatenate([jnp.array([x]), jnp.ones(2)]).sum(),
    "products": lambda x, y: jnp.array([[1.0, 0.0], [2.0, 3.0]]) @ jnp.stack([x, y]) @ jnp.stack([y, x]),
    "sums": lambda x, y: (jnp.arange(3.0) * x + y).sum() + jnp.stack([x, y]).max() - jnp.stack([x, y]).prod(),
    "outer": lambda x, y: jnp.outer(jnp.stack([x, y]), jnp.stack([y, x])).T.reshape(4)[2],
    "compiled": lambda x, y: jax.jit(lambda a: a * jnp.exp(a))(x + y) + jax.jit(jnp.exp)(x + y),
}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@pytest.mark.parametrize(("x", "y"), [(0.3, 0.8), (1.7, 0.4), (2.5, 2.5)])
def test_printed_formula_has_the_value_of_the_function(name, x, y):
    expected = float(FUNCTIONS[name](jnp.asarray(x), jnp.asarray(y)))
    assert printed_value(FUNCTIONS[name], {"x": x, "y": y}) == pytest.approx(expected, rel=1e-12)


def test_constants_are_folded_and_equal_parts_shared():
    formula = trace(lambda x: (x * 0.0 + 1.0 * x) / 1.0 + jnp.exp(x) * jnp.exp(x), ["x"], Graph()).item()
    printed = print_formulas([formula])
    assert printed.shared == {"shared_0": "exp(x)"}
    assert printed.texts == ["x + shared_0 * shared_0"]


@pytest.mark.parametrize(
    ("function", "primitive"),
    [
        (jax.scipy.special.erf, "erf"),
        (lambda x: jax.lax.scan(lambda c, _: (c * x, None), x, None, length=3)[0], "scan"),
        (lambda x: jnp.arange(3.0)[jnp.floor(x).astype(int)], "computed"),
    ],
)
def test_what_sbml_cannot_say_is_refused_by_name(function, primitive):
    with pytest.raises(NotModelledError, match=primitive):
        trace(function, ["x"], Graph())


@pytest.fixture(scope="module")
def system():
    return assemble([("lorazepam", "oral"), ("diazepam", "iv")], Patient())


@pytest.fixture(scope="module")
def text(system):
    return sbml_text(system.composition, system.parameters)


def test_document_is_consistent_and_complete(system, text):
    document = libsbml.readSBMLFromString(text)
    assert (document.getLevel(), document.getVersion()) == (3, 2)
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, False)
    document.checkConsistency()
    assert document.getNumErrors(libsbml.LIBSBML_SEV_ERROR) == 0
    model = document.getModel()
    states = [f"{s.name}.{state.name}" for s in system.composition.submodels for state in s.states]
    assert all(model.getRateRule(sbml_id(name)) is not None for name in states)
    ports = [p.name if not p.components else f"{p.name}.{p.components[-1]}" for p in system.composition.ports.values()]
    assert all(model.getAssignmentRule(sbml_id(name)) is not None for name in ports)
    assert model.getParameter("exposure__lorazepam__CL").getConstant()
    assert model.getParameter("exposure__lorazepam__CL").getValue() == system.parameters["exposure"]["lorazepam.CL"]
    assert "thresholds" in model.getParameter("imbalance").getNotesString()
    rules = model.getNumRules()
    assert rules < len(states) + 150, "sub-expressions are no longer shared, or unused ones no longer dropped"


def drive(engine, system, doses, horizon, samples=6):
    """Run an SBML model with doses given by the host; times and the values of states and ports."""
    composition, parameters = system.composition, system.parameters
    per_mg = {(d.drug, d.route): dose_per_mg(composition, parameters, d.drug, d.route) for d in doses}
    events = [(d.time, d, "start") for d in doses] + [(d.time + d.duration, d, "stop") for d in doses if d.duration]
    edges = sorted({0.0, horizon, *(t for t, _, _ in events if t < horizon)})
    rows = []
    for start, stop in itertools.pairwise(edges):
        for time, dose, kind in events:
            if time != start:
                continue
            for name, value in per_mg[dose.drug, dose.route].items():
                if not dose.duration:
                    engine[name] += value * dose.amount
                else:
                    rate = value * dose.amount / dose.duration
                    engine[f"infusion__{name}"] += rate if kind == "start" else -rate
        rows.append(np.array(engine.simulate(start, stop, samples + 1))[1:])
    return np.concatenate(rows)


def test_roadrunner_reproduces_the_reference(system, text):
    engine = roadrunner().RoadRunner(text)
    engine.integrator.relative_tolerance, engine.integrator.absolute_tolerance = 1e-9, 1e-12
    columns = ["time", "imbalance", "plasma__lorazepam", "exposure__oxazepam__brain", "nmda__slow"]
    engine.timeCourseSelections = columns
    doses = [Input("lorazepam", "oral", 0.5 + 12.0 * k, 2.0) for k in range(5)] + [
        Input("diazepam", "iv", 20.0, 10.0, 3.0)
    ]
    found = drive(engine, system, doses, 60.0)
    expected = reference(system.composition, system.parameters, doses, 60.0, samples=6, longest=100.0)
    np.testing.assert_allclose(found[:, 0], expected.time, atol=1e-9)
    moieties = system.composition.ports["plasma"].components
    against = [
        expected.ports["imbalance"], expected.ports["plasma"][moieties.index("lorazepam")],
        expected.states["exposure.oxazepam.brain"], expected.states["nmda.slow"],
    ]  # fmt: skip
    for column, values in enumerate(against, 1):
        error = np.abs(found[:, column] - values).max() / np.abs(values).max()
        assert error < 1e-5, columns[column]


def small(**changes):
    exposure, receptor = CompartmentModel.example(), MWCReceptor.example()
    composition = Composition(
        exposure.submodel,
        MWCReceptor(("parent", "metabolite")),
        InhibitionGain(),
        NoAdaptation(),
        Unchanged.example().submodel,
        ExcitationInhibitionBalance(),
    )
    pairs = (("parent", "agonist"), ("metabolite", "antagonist"))
    ligand = {f"{k}.{new}": receptor.parameters[f"{k}.{old}"] for k in "Kc" for new, old in pairs}
    parameters = {
        "exposure": dict(exposure.parameters) | changes, "receptor": dict(receptor.parameters) | ligand,
        "inhibition_gain": InhibitionGain.example().parameters, "adaptation": {}, "uncoupling": {},
        "balance": {"seizure_threshold": 0.1},
    }  # fmt: skip
    return composition, parameters


def test_a_changed_parameter_changes_what_was_computed_from_it():
    """What depends on constants alone is an initial assignment: an SBML user changes a clearance before time 0."""
    engines = [roadrunner().RoadRunner(sbml_text(*small(**changes))) for changes in ({}, {"parent.CL": 8.0})]
    engines[0]["init(exposure__parent__CL)"] = 8.0
    engines[0].reset()
    ends = []
    for engine in engines:
        engine["exposure__parent__oral"] += 1000.0
        ends.append(engine.simulate(0, 24, 3, ["imbalance", "exposure__parent__central"])[-1])
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-9)


def test_refusals(monkeypatch):
    composition, parameters = small()
    with pytest.raises(InputError, match="one patient"):
        sbml_text(composition, parameters | {"balance": {"seizure_threshold": np.full(3, 0.1)}})
    with pytest.raises(InputError, match="same identifier"):
        sbml_text(composition, parameters | {"balance": {"seizure_threshold": 0.1, "seizure threshold": 0.1}})
    with pytest.raises(InputError, match="takes no doses"):
        dose_per_mg(Composition(NoAdaptation()), {"adaptation": {}}, "lorazepam", "oral")
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(InputError, match=r"allostasis\[sbml\]"):
        sbml_text(composition, parameters)
