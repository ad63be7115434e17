"""`allostasis explain`: who took the effect of a benzodiazepine away, as a page with a waterfall, and two tables."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allostasis.cli.console import OUT, progress, show_table
from allostasis.cli.explain_acute import explain_acute, is_protocol
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.cli.options import Library, Out, Overwrite, lay
from allostasis.quantity import InputError

if TYPE_CHECKING:
    from allostasis.clinic.explain import Explanation

EFFECT = "anticonvulsant"
COLUMNS = ("arm", "effect", "group", "mechanism", "kind", "value", "share_of_lost", "share_of_naive")
"""Of attribution.csv; kind is naive, full, lost, shapley, part, interaction or leave_one_out."""


def explain(
    out: Out,
    case: Annotated[Path, typer.Argument(metavar="CASE.toml", help="The case, or a PROTOCOL.toml of `se`.", show_default=False)],
    effect: Annotated[
        str, typer.Option(help="Effect to explain: anticonvulsant, sedation, anxiolysis or amnesia.")
    ] = EFFECT,
    at: Annotated[str | None, typer.Option(help='When, such as "90 d".', show_default="end of the case")] = None,
    arm: Annotated[str | None, typer.Option(help="Explain one arm alone.", show_default="every arm")] = None,
    protocol: Annotated[
        str | None, typer.Option(help="Of a PROTOCOL.toml: which one.", show_default="the first with a dose")
    ] = None,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Null the mechanisms one by one: how much of a lost effect is target, network, metabolism and efflux."""
    lay(library)
    folder = check_folder(out, overwrite)
    from allostasis.cli import compile_cache
    from allostasis.simulation import load_case

    compile_cache.enable()
    if is_protocol(case):
        _only("--arm", arm, "a case", "--protocol")
        _only("--effect", None if effect == EFFECT else effect, "a case", "--at")
        explain_acute(folder, case, protocol, at, overwrite, library)
        return
    _only("--protocol", protocol, "a protocol of status epilepticus", "--arm")
    from allostasis.clinic.explain import explain as work

    question = load_case(case)
    with progress("running every counterfactual") as on_progress:
        found = work(question, effect=effect, at=at, arm=arm, on_progress=on_progress)
    with staged(folder, overwrite) as stage:
        _write(stage, found, case, library)
    _print(found)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _only(option: str, value: str | None, kind: str, other: str) -> None:
    """Refuse an option that this kind of file does not have."""
    if value is not None:
        raise InputError(f"{option} belongs to {kind}", value=value, fix=f"leave it out; this file has {other}")


def _write(stage: Path, found: "Explanation", case: Path, library: Path | None) -> None:
    from importlib.metadata import version

    from allostasis.report.explain_page import explain_page
    from allostasis.report.page import write_page

    made = {
        "Case": case.name, "Window": f"{found.start_h:g} to {found.end_h:g} h",
        "Method": "exact Shapley values over four groups, parts of mechanisms within them; all counterfactuals in one run",
        "Runs": f"{len(found.arms[0].effects)} an arm", "Parameter hash of the run": found.parameter_hash,
        "Library": str(library or "packaged"), "Version": f"allostasis {version('allostasis')}",
    }  # fmt: skip
    write_page(explain_page(found, made), stage / "explain.html")
    _table(stage / "attribution.csv", COLUMNS, attribution_records(found))
    _table(stage / "coalitions.csv", ("arm", "acting", found.effect), coalition_records(found))
    write_marker(stage, {"command": "explain", "effect": found.effect, **made, "case": found.case.model_dump()})


def attribution_records(found: "Explanation") -> list[tuple]:
    """Rows of attribution.csv; see `COLUMNS`."""
    records = []
    for arm in found.arms:
        part = arm.attribution

        def add(group: str, mechanism: str, kind: str, value: float, arm=arm.name, part=part) -> None:
            records.append((arm, found.effect, group, mechanism, kind, value, part.share(value), value / part.naive))

        for kind in ("naive", "full", "lost"):
            add("", "", kind, getattr(part, kind))
        for group in part.groups:
            add(group.name, "", "shapley", group.lost)
            add(group.name, "", "leave_one_out", group.alone)
            for name, share in group.mechanisms.items():
                add(group.name, name, "part", share.part)
                add(group.name, name, "leave_one_out", share.alone)
            add(group.name, "", "interaction", group.interaction)
    return records


def coalition_records(found: "Explanation") -> list[tuple]:
    """Rows of coalitions.csv: arm, mechanisms that act, effect."""
    return [(arm.name, "; ".join(sorted(acting)), value) for arm in found.arms for acting, value in arm.effects.items()]


def _table(path: Path, columns, rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _print(found: "Explanation") -> None:
    from allostasis.report.explain_words import CAUTION, amount, has_lost, level, told

    for arm in found.arms:
        OUT.print(told(arm, found, named=len(found.arms) > 1), highlight=False, markup=False)
        part = arm.attribution
        rows = [
            (g.name, amount(g.lost), level(part.share(g.lost)) if has_lost(part) else "", amount(g.alone))
            for g in part.groups
        ]  # fmt: skip
        show_table(["group", "Shapley", "of the loss", "left out alone"], rows)
    OUT.print(CAUTION, style="dim", highlight=False, markup=False)
