"""`allostasis explain PROTOCOL.toml`: why a late dose stops fewer seizures than in a circuit that no seizure has changed."""

import csv
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from allostasis.cli.console import OUT, progress, show_table
from allostasis.cli.folder import staged, write_marker

if TYPE_CHECKING:
    from allostasis.study.se_explain import AcuteExplanation

KEYS = ("protocol", "preset")
"""A file with one of these is a protocol of status epilepticus; a case has arms."""


def is_protocol(path: Path) -> bool:
    """Whether a file is a PROTOCOL.toml; what cannot be read is left to the reader of cases."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return "arm" not in table and any(key in table for key in KEYS)


def explain_acute(folder: Path, file: Path, protocol: str | None, at: str | None, overwrite: bool, library: Path | None) -> None:
    """Explain a protocol, write page and tables, print the answer."""
    from allostasis.cli.interrupt import interruptible
    from allostasis.clinic.status_epilepticus.question import load_question
    from allostasis.study.se_explain import explain_protocol

    question = load_question(file)
    with interruptible() as cancel, progress("running every counterfactual") as on_progress:
        found = explain_protocol(question, protocol=protocol, at=at, cancel=cancel, on_progress=on_progress)
    with staged(folder, overwrite) as stage:
        _write(stage, found, file, library)
    _print(found)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _write(stage: Path, found: "AcuteExplanation", file: Path, library: Path | None) -> None:
    import json
    from importlib.metadata import version

    from allostasis.report.explain_acute_page import explain_acute_page
    from allostasis.report.explain_acute_words import COLUMNS, SEEN, records, seen
    from allostasis.report.page import write_page

    made = {
        "Protocol": f"{file.name}, {found.protocol.name}: {found.protocol.text()}",
        "Counted": f"{found.at_min} min after the first treatment",
        "Method": "exact Shapley values over groups, parts of mechanisms within them; the first cause lasts until treatment",
        "Individuals": f"{found.patients} of {found.individuals}, seed {found.question.seed}", "Runs": str(len(found.table)),
        "Library": str(library or "packaged"), "Version": f"allostasis {version('allostasis')}",
    }  # fmt: skip
    write_page(explain_acute_page(found, made), stage / "explain.html")
    for name, columns, rows in (("attribution", COLUMNS, records(found)), ("coalitions", SEEN, seen(found))):
        with (stage / f"{name}.csv").open("w", newline="", encoding="utf-8") as table:
            csv.writer(table).writerows([columns, *rows])
    write_marker(stage, {"command": "explain", **made, "question": json.loads(found.question.model_dump_json())})


def _print(found: "AcuteExplanation") -> None:
    from allostasis.report.explain_acute_words import CAUTION, NONE, details, log_units, points, told
    from allostasis.study.se_changed import NOT_SIMULATED

    OUT.print(told(found), style="bold", highlight=False, markup=False)
    for line in details(found):
        OUT.print(line, highlight=False, markup=False)
    rows = []
    for k, group in enumerate(found.shares["stopped"].groups):
        at_dose, with_drug = (found.shares[m].groups[k] for m in ("imbalance at dose", "imbalance with drug"))
        if group.name in NOT_SIMULATED or not group.mechanisms:
            rows.append((group.name, NONE if group.name in NOT_SIMULATED else "none here", "", "", ""))
            continue
        rows.append((group.name, points(-group.lost), points(group.alone), log_units(-at_dose.lost), log_units(-with_drug.lost)))
        for name, share in group.mechanisms.items():
            rows.append((
                f"  {name}", points(-share.part), points(share.alone), log_units(-at_dose.mechanisms[name].part),
                log_units(-with_drug.mechanisms[name].part),
            ))  # fmt: skip
    show_table(["group", "share stopped", "back when nulled alone", "H at the dose", "H with the drug"], rows, CAUTION)
