"""The page Simulate: regimens as arms, side by side, from dose to brain to balance."""

import asyncio
import tomllib
from functools import partial
from pathlib import Path

from htmltools import Tag, TagList, tags
from shiny import Inputs, Outputs, Session, reactive, render, req, ui

from allostasis.app.address import from_word, to_word
from allostasis.app.answer import Answer, run_case, toml
from allostasis.app.figures import Board, output_figures, render_figures
from allostasis.app.page import Page
from allostasis.app.pages.simulate_draft import Draft, draft_of, told
from allostasis.app.pages.simulate_form import CHOICES, EXAMPLE, ON_THE_FORM, SLOTS, form
from allostasis.app.pages.simulate_shown import answer_card, arms_card, sources_card, waiting
from allostasis.app.words import refusal
from allostasis.app.work import Desk, Ticket
from allostasis.quantity import InputError
from allostasis.regimen import parse_regimen
from allostasis.simulation import Case, parse_case
from allostasis.simulation.simulate import arm_regimens

LOOK = 0.2
"""How often the progress is looked at [s]."""


def page() -> Tag:
    """Return the content of the page."""
    return tags.div(
        tags.h1("Simulate"),
        tags.p({"class": "intro"}, "Write regimens side by side and follow each from the dose through plasma and brain to the"
               " receptor, and to the balance of excitation and inhibition that the brain defends."),
        tags.div(
            {"class": "split"},
            tags.div(
                {"class": "side"},
                form(),
                tags.div(
                    {"class": "sticky-run"},
                    tags.div(
                        {"class": "row-of-buttons"},
                        ui.input_action_button("run", "Simulate", class_="main"),
                        ui.input_action_button("cancel", "Cancel", hidden="hidden"),
                        ui.output_ui("downloads_case", inline=True),
                    ),
                    tags.div({"aria-live": "polite"}, ui.output_ui("status")),
                ),
            ),
            tags.div(
                {"class": "stage"},
                ui.output_ui("answered"),
                output_figures("figures"),
                ui.output_ui("beside"),
            ),
        ),
    )


def server(input: Inputs, output: Outputs, session: Session, desk: Desk) -> None:  # noqa: PLR0915
    """Connect the page."""
    arms = reactive.value(len(EXAMPLE["arm"]))
    kept: reactive.Value[dict] = reactive.value({})
    ticket: reactive.Value[Ticket | None] = reactive.value(None)
    answer: reactive.Value[Answer | None] = reactive.value(None)
    trouble: reactive.Value[InputError | str | None] = reactive.value(None)
    file_trouble: reactive.Value[InputError | None] = reactive.value(None)

    # ---- what stands in the form
    @reactive.calc
    def draft() -> Draft:
        patient = {key: str(input[key]() or "") for key in ON_THE_FORM}
        written = [(input[f"name{k}"](), input[f"regimen{k}"]()) for k in range(arms())]
        return Draft(input.title(), input.horizon(), patient, written, kept())

    @reactive.calc
    def checked() -> Case | InputError:
        try:
            case = desk.limits.check(parse_case(draft().table()))
            arm_regimens(case)
        except InputError as error:
            return error
        return case

    def fill(new: Draft) -> None:
        ui.update_text("title", value=new.title)
        ui.update_text("horizon", value=new.horizon)
        for key, text in new.patient.items():
            update = ui.update_select if key in CHOICES else ui.update_text
            update(key, **{"selected" if key in CHOICES else "value": text})  # type: ignore[arg-type]
        for k in range(SLOTS):
            name, regimen = new.arms[k] if k < len(new.arms) else ("", "")
            ui.update_text(f"name{k}", value=name)
            ui.update_text_area(f"regimen{k}", value=regimen)
        kept.set(dict(new.kept))
        arms.set(len(new.arms))

    def add(name: str, regimen: str) -> None:
        k = arms()
        ui.update_text(f"name{k}", value=name)
        ui.update_text_area(f"regimen{k}", value=regimen)
        arms.set(k + 1)

    @reactive.effect
    @reactive.event(input.add)
    async def _() -> None:
        add(f"arm {arms() + 1}", "")
        await session.send_custom_message("allostasis-focus", {"id": session.ns(f"regimen{arms()}")})

    @reactive.effect
    async def _() -> None:
        for k in range(SLOTS):
            await session.send_custom_message("allostasis-shown", {"id": session.ns(f"slot{k}"), "shown": k < arms()})
        ui.update_action_button("add", disabled=arms() >= SLOTS)
        ui.update_action_button("remove0", disabled=arms() <= 1)

    for slot in range(SLOTS):
        _connect_slot(slot, input, output, session, draft, arms, fill)

    @reactive.effect
    @reactive.event(input.write)
    def _() -> None:
        if arms() < SLOTS:
            add(f"arm {arms() + 1}", _sentence(input))

    # ---- running
    async def work(case: Case) -> Answer:
        handed_in = desk.submit(f"page {session.id}", partial(run_case, case))
        ticket.set(handed_in)
        return await asyncio.wrap_future(handed_in.future)

    task = reactive.extended_task(work)

    def start(case: Case) -> None:
        stop()
        trouble.set(None)
        task(case)

    def stop() -> None:
        with reactive.isolate():
            held = ticket()
        if held is not None:
            held.cancel()
        task.cancel()

    session.on_ended(lambda: _drop(ticket))

    @reactive.effect
    @reactive.event(input.run)
    def _() -> None:
        case = checked()
        if isinstance(case, InputError):
            trouble.set(case)
        else:
            start(case)

    @reactive.effect
    @reactive.event(input.cancel)
    def _() -> None:
        stop()

    @reactive.effect
    async def _() -> None:
        state = task.status()
        running = state == "running"
        await session.send_custom_message("allostasis-shown", {"id": session.ns("cancel"), "shown": running})
        if state == "success":
            answer.set(task.result())
        elif state == "error":
            try:
                task.result()
            except InputError as error:
                trouble.set(error)
            except Exception:
                trouble.set("The run failed. The server has noted why.")

    # ---- the state in the address
    @reactive.effect
    @reactive.event(input.address)
    def _() -> None:
        case = parse_case(EXAMPLE)
        if input.address():
            try:
                case = desk.limits.check(parse_case(from_word(input.address())))
                arm_regimens(case)
                fill(draft_of(case))
            except InputError as error:
                trouble.set(error)
                return
        start(case)

    @reactive.effect
    async def _() -> None:
        case = checked()
        if isinstance(case, Case) and case != parse_case(EXAMPLE):
            word = to_word(case.model_dump(exclude_defaults=True))
            await session.send_custom_message("allostasis-address", {"page": "simulate", "state": word})

    # ---- files
    @reactive.effect
    @reactive.event(input.open)
    def _() -> None:
        file_trouble.set(None)
        try:
            case = desk.limits.check(_opened(Path(req(input.open())[0]["datapath"])))
            arm_regimens(case)
            fill(draft_of(case))
        except InputError as error:
            file_trouble.set(error)
            return
        start(case)

    @render.ui
    def opened() -> TagList:
        error = file_trouble()
        beside = told(kept())
        return TagList(
            refusal(error) if error else None,
            tags.p({"class": "understood"}, f"Kept from the file: {'; '.join(beside)}.") if beside else None,
        )

    def finished() -> Answer:
        held = answer()
        req(held is not None)
        assert held is not None
        return held

    @render.download_button(filename="CASE.toml", media_type="application/toml")
    def case_file():
        case = checked()
        yield toml(case) if isinstance(case, Case) else ""

    @render.download_button(filename="report.html", media_type="text/html")
    async def report():
        yield await asyncio.to_thread(finished().file, "report.html")

    @render.download_button(filename="series.csv", media_type="text/csv")
    async def series():
        yield await asyncio.to_thread(finished().file, "series.csv")

    @render.download_button(filename="summary.csv", media_type="text/csv")
    async def summary():
        yield finished().file("summary.csv")

    # ---- what is shown
    @render.ui
    def downloads_case() -> Tag | None:
        return ui.download_button("case_file", "CASE.toml") if isinstance(checked(), Case) else None

    @render.ui
    def status() -> Tag | TagList:
        held = ticket()
        if task.status() == "running" and held is not None:
            reactive.invalidate_later(LOOK)
            return waiting(held.share, desk.ahead(held), held.state != "waiting")
        error = trouble()
        if error is not None:
            return refusal(error)
        case, shown = checked(), answer()
        if isinstance(case, InputError):
            return refusal(case)
        if task.status() == "cancelled":
            return tags.p({"class": "understood"}, "Cancelled.")
        if shown is not None and shown.result.case != case:
            return tags.p({"class": "understood"}, "The form has changed since the run that is shown.")
        return tags.p({"class": "understood"}, "The figures show this case." if shown else "")

    @reactive.effect
    def _() -> None:
        draft()
        trouble.set(None)

    @render.ui
    def answered() -> Tag | None:
        held = answer()
        return None if held is None else answer_card(held)

    @render_figures
    def figures() -> Board | None:
        held = answer()
        return None if held is None else held.board

    @render.ui
    def beside() -> TagList | None:
        held = answer()
        if held is None:
            return None
        files = tags.section(
            {"class": "panel", "aria-label": "Files"},
            tags.h2("Take it with you"),
            tags.div(
                {"class": "row-of-buttons"},
                ui.download_button("report", "Report (HTML)"),
                ui.download_button("series", "Series (CSV)"),
                ui.download_button("summary", "Table of arms (CSV)"),
            ),
        )
        return TagList(arms_card(held), sources_card(held), files)


def _drop(ticket: "reactive.Value[Ticket | None]") -> None:
    """Stop what a visitor who left was waiting for."""
    with reactive.isolate():
        held = ticket()
    if held is not None:
        held.cancel()


def _connect_slot(k: int, input: Inputs, output: Outputs, session: Session, draft, arms, fill) -> None:
    """Connect the editor of one arm: say how its regimen is read, and remove it."""

    @reactive.effect
    @reactive.event(input[f"remove{k}"])
    def _() -> None:
        if arms() > 1:
            fill(draft().without_arm(k))

    @reactive.calc
    def read() -> str | InputError:
        text = input[f"regimen{k}"]()
        with reactive.isolate():
            held = draft().kept.get("arm", {}).get(k, {})
        if held.get("shown") == text:
            return "as in the file"
        try:
            return str(parse_regimen(text))
        except InputError as error:
            return error

    @output(id=f"said{k}")
    @render.ui
    def said() -> Tag | None:
        if k >= arms():
            return None
        found = read()
        return refusal(found) if isinstance(found, InputError) else tags.p({"class": "understood"}, f"Read as: {found}")

    @reactive.effect
    async def _() -> None:
        wrong = isinstance(read(), InputError)
        await session.send_custom_message("allostasis-invalid", {"id": session.ns(f"regimen{k}"), "wrong": wrong})


def _opened(path: Path) -> Case:
    """Read an uploaded case; only its text counts, never its name."""
    try:
        return parse_case(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError("the file is not TOML", value=str(error), expected='lines such as: horizon = "360 d"') from None


def _sentence(input: Inputs) -> str:
    """Write a regimen from the small form."""
    course = f"{input.w_drug()} {input.w_dose()} po {input.w_often()} for {input.w_for()}"
    if input.w_end() == "stop":
        return f"{course}, then stop"
    cut, _, every = input.w_cut().partition(" every ")
    rest = " until below 10 % of start" if input.w_end() == "current" else ""
    return f"{course}, then taper {cut} of {input.w_end()} every {every}{rest}, then stop"


PAGE = Page("simulate", "Simulate", page, server)
