"""A run that can stop, branch and go on: the state between two stretches is a value, and every lane may take its own dose.

A dose enters a step linearly (`multirate`: responses x amounts), so one table of amounts serves every lane when the responses are
scaled lane by lane:

    x1 = exp(A h) x + sum_c responses_c (scale_c,lane amount_c)

Candidates are lanes: `Continuation.over` repeats the numbers of each patient once per candidate, `select` the state, and one call
advances patients x candidates.
"""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float, Int

from allostasis.model.compiling import one_compiles
from allostasis.model.composition import Composition
from allostasis.model.contract import Values
from allostasis.model.inputs import InputColumn, Solver, column_class
from allostasis.model.integrate import Cancelled, finite_series
from allostasis.model.lanes import lane_class, pick_lanes, spread_lanes, take_lanes
from allostasis.model.multirate import Carry, Structure, Tables
from allostasis.model.packing import Layout, Packed, pack
from allostasis.model.recording import Record
from allostasis.model.stretch import CAPACITY, compiled_rest, compiled_stretch, state_of
from allostasis.model.tables import build_tables
from allostasis.quantity.errors import InputError

RESPONSES, JUMPS = 0, 1  # structural: places of what a scale acts on among the arrays that travel whole


class Instant(NamedTuple):
    """State of every lane at one time.

    Attributes:
        time: since the drug-free start [h].
        carry: state of the integrator, every leaf [lanes].
    """

    time: float
    carry: Carry


@dataclass(frozen=True, eq=False)
class Continuation:
    """A composition with the numbers of its lanes, ready to be advanced stretch by stretch; made by `prepare_run`.

    Nothing in it changes: the state lives in the `Instant` that goes into `advance` and comes out of it.

    Attributes:
        structure: what the compiled programs depend on.
        numbers: tables of every patient, on the host.
        packed: those of each chunk of lanes, packed.
        programs: the compiled drug-free start and advance.
        patient: whose numbers each lane has.
        chunk: lanes in one compiled call.
        columns: number of input columns.
        solver: numerical settings.
        cancel: polled between blocks; None for a run that nobody stops.
    """

    structure: Structure
    numbers: Tables
    packed: tuple[Packed, ...]
    programs: tuple[Callable, Callable]
    patient: Int[np.ndarray, " lanes"]
    chunk: int
    columns: int
    solver: Solver
    cancel: threading.Event | None = None

    @property
    def lanes(self) -> int:
        """Number of lanes."""
        return len(self.patient)

    def over(self, patient: Int[np.ndarray, " lanes"], *, chunk: int | None = None) -> "Continuation":
        """The same system over other lanes: ``patient`` says whose numbers each lane has.

        Args:
            patient: index per lane; a patient may fill many lanes.
            chunk: lanes in one compiled call; the class that fits when left out.
        """
        size, lanes = chunk or lane_class(len(patient), self.solver.dtype), len(patient)
        packed, layout = [], Layout(None, ())
        for low in range(0, lanes, size):
            own = np.asarray(patient[low : low + size])
            own = np.concatenate([own, np.repeat(own[-1:], size - len(own))])
            host = pick_lanes(self.numbers, own)
            inputs = {name: spread_lanes(getattr(host, name), size) for name in ("responses", "jumps")}
            one, layout = pack(host._replace(**inputs), self.solver.dtype)
            packed.append(one)
        programs = compiled_rest(self.structure, layout, size, self.solver.dtype), compiled_stretch(self.structure, layout)
        return replace(self, packed=tuple(packed), programs=programs, patient=np.asarray(patient), chunk=size)

    def start(self) -> Instant:
        """The drug-free state at time 0."""
        rest, _ = self.programs
        return self._instant(0.0, [rest(packed) for packed in self.packed])

    def advance(
        self,
        instant: Instant,
        amounts: Float[np.ndarray, "steps columns"],
        scale: Float[np.ndarray, "columns lanes"] | None = None,
    ) -> tuple[Instant, dict[Record, Float[np.ndarray, "outputs lanes"]]]:
        """Advance every lane over one table of doses.

        Args:
            instant: where to begin.
            amounts: mg (bolus) or mg/h (infusion) of each input column at each step; a whole number of output intervals.
            scale: factor on the amounts of each column in each lane; 1 when left out.

        Returns:
            (the instant at the end, each record's series).

        Raises:
            InputError: a stretch that ends inside an output interval, or an amount or factor that is not finite.
            FloatingPointError: a series is not finite.
            Cancelled: `cancel` was set.
        """
        n, step = self.solver.steps_per_output, self.solver.step
        if amounts.shape[0] == 0 or amounts.shape[0] % n:
            raise InputError("steps of a stretch", value=amounts.shape[0], expected=f"a multiple of {n}, above 0")
        if not np.all(np.isfinite(amounts)) or not (scale is None or np.all(np.isfinite(scale))):
            raise InputError("doses of a stretch", value="not a number or infinite", expected="finite amounts and factors")
        outputs, width = amounts.shape[0] // n, column_class(self.columns)
        padded = np.zeros((-(-outputs // CAPACITY) * CAPACITY, n, width), self.solver.dtype)
        padded[:outputs, :, : self.columns] = amounts.reshape(outputs, n, self.columns)
        _, program = self.programs
        key = (program, self.chunk, width, self.solver.dtype)
        state = np.stack(jax.tree.leaves(instant.carry))
        series = np.empty((len(self.structure.records), outputs, self.lanes))

        def run(number: int):
            low, high = number * self.chunk, min((number + 1) * self.chunk, self.lanes)
            packed, rows = self.packed[number], take_lanes(state, low, high, self.chunk)
            if scale is not None:
                packed = _scaled(packed, take_lanes(scale, low, high, self.chunk))
            for first in range(0, outputs, CAPACITY):
                if self.cancel is not None and self.cancel.is_set():
                    raise Cancelled
                begin = np.asarray(instant.time + first * n * step, self.solver.dtype)
                used = min(CAPACITY, outputs - first)
                rows, found = one_compiles(
                    key, program, packed, rows, padded[first : first + CAPACITY], np.int32(used), begin
                )
                series[:, first : first + used, low:high] = np.asarray(found).swapaxes(0, 1)[:, :used, : high - low]
            return rows

        chunks = range(len(self.packed))
        if len(chunks) == 1:
            ends = [run(0)]
        else:
            with ThreadPoolExecutor(min(self.solver.threads, len(chunks), os.cpu_count() or 1)) as pool:
                ends = list(pool.map(run, chunks))
        found = dict(zip(self.structure.records, series, strict=True))
        if not np.isfinite(series).all():
            found = {record: finite_series(record, values) for record, values in found.items()}
        return self._instant(instant.time + outputs * n * step, ends), found

    def _instant(self, time: float, ends: Sequence) -> Instant:
        state = np.concatenate([np.asarray(rows) for rows in ends], axis=1)[:, : self.lanes]
        return Instant(time, state_of(self.structure, list(state)))


def prepare_run(
    composition: Composition,
    parameters: Mapping[str, Values],
    columns: Sequence[InputColumn],
    records: tuple[Record, ...],
    *,
    patients: int = 1,
    solver: Solver | None = None,
    chunk: int | None = None,
    cancel: threading.Event | None = None,
) -> Continuation:
    """Prepare a run with one lane per patient; `Continuation.over` lays out others.

    Args:
        composition: the system; `Composition.behind` leaves out what no kept port needs.
        parameters: per submodel, name -> scalar shared by all patients, or array [patients] (tuples for components).
        columns: what the columns of the amounts mean.
        records: which series to keep.
        patients: number of patients.
        solver: numerical settings.
        chunk: lanes in one compiled call; the class that fits when left out. That of a wider layout spares a second program.
        cancel: set it to stop a stretch between blocks.

    Raises:
        InputError: no patient, or more distinct dose times inside a step than the largest class holds.
    """
    solver = solver or Solver()
    if patients < 1:
        raise InputError("number of patients", value=patients, expected="1 or more")
    numbers = build_tables(composition, parameters, columns, (), patients, solver)
    structure = Structure(composition, tuple(records), (), solver.steps_per_output, solver.fast)
    empty = Continuation(structure, numbers, (), (_unmade, _unmade), np.zeros(0, int), 1, len(columns), solver, cancel)
    return empty.over(np.arange(patients), chunk=chunk)


def _unmade(*_: object) -> None:
    """The program of no lanes, which `Continuation.over` replaces."""


def select(instant: Instant, lanes: Int[np.ndarray, " chosen"]) -> Instant:
    """The state of chosen lanes, in the order given; a lane may be chosen several times."""
    return Instant(instant.time, jax.tree.map(lambda leaf: leaf[lanes], instant.carry))


def _scaled(packed: Packed, scale: Float[np.ndarray, "columns lanes"]) -> Packed:
    """Tables whose inputs are multiplied lane by lane; columns that only pad a program stay 0."""
    whole = list(packed.whole)
    factor = np.ones((whole[RESPONSES].shape[-3], scale.shape[-1]), whole[RESPONSES].dtype)
    factor[: scale.shape[0]] = scale
    for place in (RESPONSES, JUMPS):
        if whole[place].size:
            whole[place] = whole[place] * factor[:, None, :]
    return packed._replace(whole=tuple(whole))
