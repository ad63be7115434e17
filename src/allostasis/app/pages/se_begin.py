"""How a run of the page Status epilepticus begins: by its button, by the address, by a file that is opened."""

from typing import Any

from shiny import Inputs, Session

from allostasis.app.client import focus
from allostasis.app.opening import connect_open
from allostasis.app.pages.se_answer import SeAnswer
from allostasis.app.pages.se_draft import Draft, read
from allostasis.app.pages.se_editor import Editor
from allostasis.app.pages.se_laid import EXAMPLE, of_question, of_state
from allostasis.app.run import Run
from allostasis.app.starting import connect_start
from allostasis.clinic.status_epilepticus.question import Question, parse_question


def connect_begin(name: str, input: Inputs, session: Session, editor: Editor, run: Run[Question, SeAnswer]) -> None:
    """Connect all three; what is opened fills the form, and runs if it is a question."""

    def asked() -> Question | None:
        found = editor.checked()
        return found if isinstance(found, Question) else None

    def refuse() -> None:
        found = editor.checked()
        focus(session, next((key for key in found if key), "run") if isinstance(found, dict) else "run")

    def laid_out(draft: Draft) -> Question | None:
        editor.fill(draft)
        found = read(draft)
        return found if isinstance(found, Question) else None

    def of_address(sent: dict[str, Any] | None) -> Question | None:
        return None if sent is None else laid_out(of_state(sent))

    def of_file(table: dict[str, Any]) -> Question | None:
        return laid_out(of_question(parse_question(table)))

    def state() -> dict[str, Any] | None:
        draft = editor.draft()
        return None if asked() is None or draft == EXAMPLE else draft.state()

    connect_start(name, input, session, run, asked=asked, refuse=refuse, lay_out=of_address, state=state)
    connect_open(input, run, example='horizon = "60 min"', lay_out=of_file, kept=lambda: editor.draft().told())
