"""Cold start: `allostasis run` on a case with two arms, against a script that does nothing but compile and run the same scan."""

import dataclasses
import json
import pickle
import sys
import tempfile
from pathlib import Path

import jax
import numpy as np
from engines import Production
from question import STOP, TAPER, case_table, question
from timing import child

from allostasis.model.integrate import BLOCK
from allostasis.model.multirate import Structure, compiled_block, compiled_start
from allostasis.model.tables import build_tables

BARE = """
import pickle
import sys
import numpy as np
import jax
import jax.export
jax.config.update("jax_enable_x64", True)
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
program = pickle.load(open(sys.argv[1], "rb"))
leaves = list(np.load(sys.argv[2]).values())
step = jax.jit(program.call)
carried = int(sys.argv[3])
for arm in range(2):
    state = leaves
    for block in range(6):
        results = step(*state)
        state = [*results[:carried], *state[carried:]]
    kept = [np.asarray(r) for r in results]
"""
"""jax, numpy and the program of one block of days; the two arms run it six times each, as the platform does."""


def _toml(table: dict) -> str:
    head = "".join(f"{key} = {json.dumps(table[key])}\n" for key in ("title", "horizon"))
    arms = (f"\n[[arm]]\nname = {json.dumps(a['name'])}\nregimen = {json.dumps(a['regimen'])}\n" for a in table["arm"])
    return head + "".join(arms)


def _export(folder: Path) -> list[str]:
    """The compiled block of the production integrator as a program that needs no allostasis; arguments of the bare script."""
    q, one = question(), Production(1)
    structure = Structure(q.system.composition, one.records, (), q.case.steps_per_output)
    tables = build_tables(q.system.composition, one.parameters, q.inputs.columns, (), 1, one.solver)
    carry = next(x for x in compiled_start(structure, 1, "float64")(tables) if type(x).__name__ == "Carry")
    amounts = np.zeros((BLOCK, q.case.steps_per_output, tables.responses.shape[0]))
    state, layout = jax.tree.flatten(carry)
    rest, rest_layout = jax.tree.flatten((tables, amounts, np.zeros(())))

    def flat(*leaves):
        tables, amounts, start = jax.tree.unflatten(rest_layout, leaves[len(state) :])
        carry, series = compiled_block(structure).__wrapped__(
            tables, jax.tree.unflatten(layout, leaves[: len(state)]), amounts, start
        )
        return [*jax.tree.leaves(carry), *series]

    leaves = [np.asarray(x) for x in (*state, *rest)]
    program = jax.export.export(jax.jit(flat))(*leaves)
    plain = dataclasses.replace(program, _get_vjp=None)  # jax's own serialisation needs one more package
    (folder / "block.bin").write_bytes(pickle.dumps(plain))
    np.savez(folder / "leaves.npz", *leaves)
    (folder / "bare.py").write_text(BARE, encoding="utf-8")
    return [str(folder / name) for name in ("bare.py", "block.bin", "leaves.npz")] + [str(len(state))]


def cold_start(repeats: int) -> dict[str, float]:
    """Shortest wall-clock times [s], with an empty and with a filled cache of compiled programs."""
    python = sys.executable
    allostasis = str(Path(python).with_name("allostasis"))
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = [python, *_export(folder)]
        (folder / "case.toml").write_text(_toml(case_table(STOP, TAPER)), encoding="utf-8")
        for k in range(repeats):
            cache, out = str(folder / f"cache{k}"), str(folder / "out")
            run = [allostasis, "run", str(folder / "case.toml"), "--out"]
            for state in ("empty", "filled"):
                run_times = times.setdefault(f"allostasis run, {state} cache", [])
                run_times.append(child(*run, f"{out}-{k}-{state}", XDG_CACHE_HOME=cache)[0])
                bare_times = times.setdefault(f"bare script, {state} cache", [])
                bare_times.append(child(*bare, JAX_COMPILATION_CACHE_DIR=f"{cache}-bare")[0])
    return {key: min(values) for key, values in times.items()}
