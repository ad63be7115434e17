"""Run a composition over a population: host-side tables, blocks in time, chunks of patients, two threads."""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float

from allostasis.model.compiling import one_compiles
from allostasis.model.composition import Composition
from allostasis.model.contract import Values
from allostasis.model.inputs import InputColumn, Rule, Solver, column_class
from allostasis.model.lanes import lane_class, take_lanes
from allostasis.model.multirate import Structure, compiled_block, compiled_start
from allostasis.model.recording import Record
from allostasis.model.tables import build_tables

BLOCK = 61
"""Output intervals in one compiled block: six blocks of days make a year."""


class Cancelled(Exception):
    """The caller asked the run to stop."""


def finite_series(record: Record, values: np.ndarray) -> np.ndarray:
    """The series itself; FloatingPointError where it is not finite."""
    if not np.all(np.isfinite(values)):
        raise FloatingPointError(
            f"{record.port} ({record.statistic}) is not finite: halve the step, or report the case as a bug"
        )
    return values


def integrate(
    composition: Composition,
    parameters: Mapping[str, Values],
    amounts: Float[np.ndarray, "steps columns"],
    columns: Sequence[InputColumn],
    records: tuple[Record, ...],
    *,
    patients: int = 1,
    rules: Sequence[Rule] = (),
    solver: Solver | None = None,
    out: Mapping[Record, np.ndarray] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
) -> Mapping[Record, np.ndarray]:
    """Integrate one arm for a population from the drug-free state.

    Args:
        composition: the system.
        parameters: per submodel, name -> scalar shared by all patients, or array [patients] (tuples for components).
        amounts: mg (bolus) or mg/h (infusion) of each input column at each step.
        columns: what the columns of ``amounts`` mean.
        records: which series to keep.
        patients: number of patients.
        rules: feedback dosing rules.
        solver: numerical settings.
        out: where to write each record's series (any array or view of the returned shape), so that a large population is
            never copied; allocated when left out.
        on_progress: called with (blocks done, blocks in all) from worker threads.
        cancel: polled between blocks.

    Returns:
        Each record's series, [1 + number of output intervals, patients]; row 0 is time 0.

    Raises:
        Cancelled: ``cancel`` was set.
        InputError: more distinct dose times inside a step than the largest class holds.
        FloatingPointError: a series is not finite.
    """
    solver = solver or Solver()
    structure = Structure(composition, records, tuple(r.structure for r in rules), solver.steps_per_output, solver.fast)
    n, size = solver.steps_per_output, BLOCK * solver.steps_per_output
    outputs = -(-amounts.shape[0] // n)
    blocks = -(-outputs // BLOCK)
    width = column_class(len(columns))
    padded = np.zeros((blocks * size, width), solver.dtype)
    padded[: amounts.shape[0], : amounts.shape[1]] = amounts
    shaped = padded.reshape(blocks, BLOCK, n, width)
    lanes = lane_class(patients, solver.dtype)
    chunks = range(0, patients, lanes)
    done, lock = [0], threading.Lock()
    advance = compiled_block(structure)

    series = {r: np.empty((outputs + 1, patients)) for r in records} if out is None else out
    key = (structure, lanes, BLOCK, width, solver.dtype)

    def run(low: int) -> None:
        high = min(low + lanes, patients)
        tables = build_tables(composition, take_lanes(parameters, low, high, lanes), columns, rules, lanes, solver)
        tables, carry, first = compiled_start(structure, lanes, solver.dtype)(tables)
        for record, value in zip(records, first, strict=True):
            series[record][0, low:high] = np.asarray(value)[: high - low]
        for b in range(blocks):
            if cancel is not None and cancel.is_set():
                raise Cancelled
            start = np.asarray(b * size * solver.step, solver.dtype)
            carry, values = one_compiles(key, advance, tables, carry, shaped[b], start)
            rows = slice(1 + b * BLOCK, 1 + min((b + 1) * BLOCK, outputs))
            for record, value in zip(records, values, strict=True):
                kept = np.asarray(value)[: rows.stop - rows.start, : high - low]
                series[record][rows, low:high] = finite_series(record, kept)
            if on_progress is not None:
                with lock:
                    done[0] += 1
                    on_progress(done[0], blocks * len(chunks))

    threads = min(solver.threads, len(chunks), os.cpu_count() or 1)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, chunks))
    return series
