"""`allostasis run`: a case in, a folder with report and numbers out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from allostasis.cli.console import OUT, progress
from allostasis.cli.folder import MAKER, check_folder, staged, write_marker
from allostasis.quantity import InputError, NotModelledError

if TYPE_CHECKING:
    import pandas as pd

    from allostasis.simulation import Case, Result

MOST_ARMS = 12  # the report has colours and dashes for so many
WEIGHT = "WT"
PEAKS = "where an arm has peaks of like height, the time of the peak may jump from one to another"


def run(
    case: Path | None, out: Path, *, events: Path | None, drug: str | None, horizon: str | None,
    check: bool, open_report: bool, overwrite: bool, library_folder: Path | None,
) -> None:  # fmt: skip
    """Simulate, write the folder, print the table of arms."""
    folder = check_folder(out, overwrite)
    question = _question(case, events, drug, horizon)
    from allostasis.cli import compile_cache
    from allostasis.cli.interrupt import interruptible

    compile_cache.enable()
    with interruptible() as cancel:
        from allostasis import clinic
        from allostasis.clinic.simulate import readouts
        from allostasis.simulation.check import with_checks

        with progress("simulating") as advance:
            result = clinic.simulate(question, on_progress=advance, cancel=cancel)
        if check:
            with progress("checking exactness"):
                result = with_checks(question, result, readouts())
        summary = clinic.summary(result)
        with staged(folder, overwrite) as stage:
            _write(stage, result, summary, library_folder)
    _print(result, summary)
    report = folder / "report.html"
    OUT.print(f"Report: {report}", soft_wrap=True, highlight=False, markup=False)
    if open_report:
        import webbrowser

        webbrowser.open(report.as_uri())


def _question(case: Path | None, events: Path | None, drug: str | None, horizon: str | None) -> "Case":
    if (case is None) == (events is None):
        raise InputError(
            "one question at a time" if case else "nothing to run",
            expected="a case file, or --events with --drug and --horizon",
            fix="write 'allostasis run CASE.toml --out DIR'; the folder examples/ has cases",
        )
    if case is not None:
        if drug or horizon:
            raise InputError("--drug and --horizon go with --events", fix="write them into the case file")
        from allostasis.simulation import load_case

        return load_case(case)
    if not drug or not horizon:
        raise InputError(
            "--events needs --drug and --horizon", fix='write --events TABLE.csv --drug lorazepam --horizon "30 d"'
        )
    assert events is not None
    return case_of_events(events, drug, horizon)


def case_of_events(table: Path, drug: str, horizon: str) -> "Case":
    """Turn an event table into a case, one arm per ID.

    Raises:
        InputError: no such table, or too many IDs.
        NotModelledError: a covariate other than one body weight for all.
    """
    from allostasis.regimen import read_covariates, read_event_table
    from allostasis.simulation import parse_case

    if not table.is_file():
        raise InputError("no such event table", value=str(table), expected="a .csv or .parquet file")
    try:
        regimens = read_event_table(table, drug)
    except InputError as error:
        if "column CMT" not in error.what:
            raise
        fix = "add or mend the column CMT, or write the regimen in a case file"
        raise InputError(
            error.what, value=error.value, expected="a column CMT with 1 = oral, 2 = iv", fix=fix
        ) from None
    if not 1 <= len(regimens) <= MOST_ARMS:
        raise InputError(f"{table.name} has {len(regimens)} IDs", expected=f"1 to {MOST_ARMS}, one arm each")
    covariates = read_covariates(table)
    other = sorted({name for values in covariates.values() for name in values} - {WEIGHT})
    if other:
        raise NotModelledError(
            f"covariate {other[0]} of {table.name} is not modelled yet",
            expected=f"no covariate but {WEIGHT} [kg]",
            fix=f"remove the column {other[0]!r}; the result would not depend on it",
        )
    weights = {values.get(WEIGHT) for values in covariates.values()}
    if len(weights) > 1:
        raise NotModelledError(
            f"body weights that differ between the IDs of {table.name}",
            value=", ".join("missing" if w is None else f"{w:g}" for w in weights),
            expected="one weight for all",
            fix="run each weight by itself",
        )
    weight = next(iter(weights))
    content: dict[str, Any] = {
        "title": f"{drug} as in {table.name}",
        "horizon": horizon,
        "arm": [{"name": f"ID {identity}", "regimen": regimen.to_toml()} for identity, regimen in regimens.items()],
    }
    return parse_case(content | ({} if weight is None else {"patient": {"weight": f"{weight:g} kg"}}))


def _write(stage: Path, result: "Result", summary: "pd.DataFrame", library_folder: Path | None) -> None:
    from allostasis.report import write_report

    write_report(result, summary, stage / "report.html")
    result.save(stage)
    summary.to_parquet(stage / "summary.parquet")
    summary.to_csv(stage / "summary.csv", index=False)
    write_marker(stage, record(result) | {"library": str(library_folder or "packaged")})


def record(result: "Result") -> dict[str, Any]:
    """Return what `run.json` keeps: how the run was made and the source of every number in it."""
    from allostasis import library

    works = library.bibliography()
    parameters: dict[str, Mapping[str, Any]] = {}
    for name, p in sorted(result.used.items()):
        work = works.get(p.source)
        parameters[name] = {
            "value": p.value, "unit": p.unit, "low": p.low, "high": p.high, "kind": p.kind, "status": p.status,
            "source": p.source, "citation": work.citation if work else "", "locator": p.locator or (work.locator if work else ""),
            "note": p.note,
        }  # fmt: skip
    return {
        "made_by": MAKER,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **{key: value for key, value in result.provenance.items() if key != "case"},
        "seed": result.provenance.get("seed"),
        "tolerances": result.provenance.get("tolerances", "fixed step: run with --check to measure its error"),
        "regimens": dict(result.regimens),
        "checks": result.checks,
        "case": result.case.model_dump(),
        "parameters": parameters,
    }


def _print(result: "Result", summary: "pd.DataFrame") -> None:
    from rich import box
    from rich.table import Table

    from allostasis.report import arms_table, checks_table

    for headings, rows, note in (arms_table(result, summary), checks_table(result)):
        if not rows:
            continue
        table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
        for k, heading in enumerate(headings):
            table.add_column(heading, no_wrap=k > 0)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        OUT.print(table)
        OUT.print(note, style="dim", highlight=False)
    for note in result.notes:
        OUT.print(note, style="dim", highlight=False)
    if result.checks:
        OUT.print(PEAKS, style="dim", highlight=False)
