"""Write a taper plan as files: CSV, calendar, FHIR, PDF, and JSON that can be read back."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from allostasis.clinic.taper.plan import Plan
from allostasis.interop.plan_csv import plan_csv
from allostasis.interop.plan_fhir import SUBJECT, fhir_text, plan_fhir
from allostasis.interop.plan_icalendar import plan_icalendar
from allostasis.interop.plan_json import plan_json
from allostasis.interop.plan_pdf import plan_pdf
from allostasis.model.integrate import Cancelled
from allostasis.quantity import InputError

FILES = ("plan.csv", "plan.ics", "plan_fhir_r4.json", "plan_fhir_r5.json", "plan.pdf", "plan.json")
"""Names of the files, in the order in which they are written; plan.json is what `read_plan` reads."""


def write_plan(
    plan: Plan,
    folder: str | Path,
    start: date,
    *,
    plan_id: str,
    sequence: int = 0,
    former: Plan | None = None,
    subject: str = SUBJECT,
    paper: str = "a4",
) -> dict[str, Path]:
    """Write every form of a plan into a folder. Files of these names are replaced; on bad input none is touched.

    Args:
        plan: the taper.
        folder: an existing folder.
        start: date of day 0 of the plan.
        plan_id: names this plan and its later versions.
        sequence: 0 for the first version, one more for each later one.
        former: the version that this one replaces; the calendar cancels its events that no longer exist.
        subject: text that FHIR displays for the subject; the default names nobody.
        paper: of the PDF.

    Returns:
        path by file name, in the order of `FILES`.

    Raises:
        InputError: no such folder, a package of the extra `clinic` is missing, a start that is no date, an empty id, a negative
            sequence, or a plan beyond the calendar.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError("the folder for the plan does not exist", value=str(folder), fix="make it first")
    made = plan_contents(  # everything is made before anything is written
        plan, start, plan_id=plan_id, sequence=sequence, former=former, subject=subject, paper=paper
    )
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in FILES}


def plan_contents(
    plan: Plan,
    start: date,
    *,
    plan_id: str,
    sequence: int = 0,
    former: Plan | None = None,
    subject: str = SUBJECT,
    paper: str = "a4",
    cancel: threading.Event | None = None,
) -> dict[str, bytes]:
    """Make every form of a plan without writing it: bytes by file name. Arguments and errors as in `write_plan`.

    With an event, `Cancelled` is raised between two files once it is set.
    """
    version = {"plan_id": plan_id, "sequence": sequence}
    make: dict[str, Callable[[], str | bytes]] = {
        "plan.csv": lambda: plan_csv(plan, start),
        "plan.ics": lambda: plan_icalendar(plan, start, **version, former=former),
        "plan_fhir_r4.json": lambda: fhir_text(plan_fhir(plan, start, **version, release="R4", subject=subject)),
        "plan_fhir_r5.json": lambda: fhir_text(plan_fhir(plan, start, **version, release="R5", subject=subject)),
        "plan.pdf": lambda: plan_pdf(plan, start, sequence=sequence, paper=paper),
        "plan.json": lambda: plan_json(plan, start, **version),
    }
    made = {}
    for name in FILES:
        if cancel is not None and cancel.is_set():
            raise Cancelled
        content = make[name]()
        made[name] = content if isinstance(content, bytes) else content.encode()
    return made
