"""A run that is cancelled frees its worker within a second, wherever it is: every page, from simulation to files.

Programs are compiled before the clock starts, for a compiler can't be stopped. On a machine with other work a case is tried
once more before it fails.
"""

import threading
import time
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint

from allostasis.app.answer import run_case
from allostasis.app.limits import Limits
from allostasis.app.pages import se_draft, taper_draft
from allostasis.app.pages.se_answer import answer_se
from allostasis.app.pages.se_laid import EXAMPLE as SEIZURE
from allostasis.app.pages.taper_answer import answer_taper
from allostasis.app.work import Desk
from allostasis.clinic.taper.apart import stoppable
from allostasis.model.integrate import Cancelled
from allostasis.simulation import parse_case
from allostasis.study.taper_study import OF_START

MOST_S = 1.0
SHORT, LONG = {"horizon": "9 d"}, {"horizon": "1800 d"}
CASE = {"title": "t", "solver": {"step": "10 min"}, "arm": [{"name": "a", "regimen": "lorazepam 1 mg po bid"}]}
FIELDS = {"preset": "", "individuals": "30", "within": "10 min", "until": "30 min", "counted": "0 min", "above": ""}
TAPER = {
    "drug": "diazepam", "dose": "5 mg bid", "use": "180 d", "strengths": "2 mg (halves), 5 mg", "cap": "0.08", "patients": "0",
    "versus": OF_START,
}  # fmt: skip


def simulate(horizon):
    return partial(run_case, parse_case(CASE | horizon))


def seizure(horizon):
    question = se_draft.read(replace(SEIZURE, fields={**SEIZURE.fields, **FIELDS} | horizon, protocols=[("none", "")]))
    return partial(answer_se, question)


def taper(exact):
    asked = taper_draft.read(TAPER, date(2027, 1, 4))
    assert isinstance(asked, taper_draft.Asked)
    return partial(answer_taper, replace(asked, question=replace(asked.question, exact=exact)))


@pytest.fixture(scope="module")
def desk():
    made = Desk(Limits(workers=1, seconds=600.0))
    yield made
    made.close()


@pytest.fixture(scope="module")
def works(desk):
    """Page -> work that is long, and compiled."""
    short = [simulate(SHORT), seizure({"horizon": "35 min"}), taper("always")]
    for work in short:
        desk.submit("first", work).future.result(timeout=300)
    return {"Simulate": simulate(LONG), "Status epilepticus": seizure({"horizon": "6 h"}), "Taper": taper("always")}


def seconds_until_free(desk, work, share, doing):
    """Cancel once the work has told that share and that it does this: time until its worker does something else [s]."""
    reached = threading.Event()

    def watched(tell, stop):
        def told(done, said=""):
            tell(done, said)
            if done >= share and said.startswith(doing):
                reached.set()

        return work(told, stop)

    ticket = desk.submit("a", watched)
    assert reached.wait(120)
    began = time.perf_counter()
    ticket.cancel()
    assert ticket.state == "cancelled"
    assert desk.submit("b", lambda tell, stop: 7).future.result(timeout=60) == 7
    spent = time.perf_counter() - began
    with pytest.raises(Cancelled):
        ticket.future.result(timeout=1)
    return spent


@pytest.mark.parametrize(
    ("page", "share", "doing"),
    [
        ("Simulate", 0.4, ""), ("Status epilepticus", 0.5, ""), ("Taper", 0.0, "searching"),
        *(
            pytest.param(*phase, marks=pytest.mark.slow)
            for phase in (
                ("Simulate", 0.0, ""), ("Simulate", 1.0, ""), ("Status epilepticus", 0.0, ""), ("Status epilepticus", 0.97, ""),
                ("Taper", 0.0, "bringing"), ("Taper", 0.0, "no plan so far"), ("Taper", 0.0, "simulating"),
                ("Taper", 0.0, "writing"),
            )
        ),
    ],
)  # fmt: skip
def test_a_cancelled_run_frees_its_worker_within_a_second(desk, works, page, share, doing):
    spent = seconds_until_free(desk, works[page], share, doing)
    if spent > MOST_S:
        spent = seconds_until_free(desk, works[page], share, doing)
    assert spent <= MOST_S


def split(rows=5, columns=60):
    """A market split: no short way to its answer is known, so that the solver is at work for as long as it is let."""
    drawn = np.random.default_rng(0).integers(1, 100, (rows, columns)).astype(float)
    half = np.round(drawn.sum(axis=1) / 2)
    constraints = LinearConstraint(drawn, half, half)
    named = {"integrality": np.ones(columns), "bounds": Bounds(0, 1), "constraints": constraints, "options": {"time_limit": 60}}
    return partial(lambda solve: solve(np.zeros(columns), **named))


def test_a_solver_at_work_is_ended():
    cancel = threading.Event()
    with stoppable(cancel) as solve:
        assert solve([-1.0], integrality=[1], bounds=(0, 2.5)).x == [2.0]  # it has been started
        threading.Timer(1.0, cancel.set).start()
        began = time.perf_counter()
        with pytest.raises(Cancelled):
            split()(solve)
        assert time.perf_counter() - began <= 1.0 + MOST_S


def test_a_solver_that_was_stopped_before_does_nothing():
    cancel = threading.Event()
    cancel.set()
    with stoppable(cancel) as solve, pytest.raises(Cancelled):
        split()(solve)


def test_what_is_wrong_with_a_question_to_the_solver_is_told_as_if_it_were_here():
    with stoppable(threading.Event()) as solve, pytest.raises(ValueError, match="integrality"):
        solve([-1.0], integrality=[9])
