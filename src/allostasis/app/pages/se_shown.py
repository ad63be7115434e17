"""What the page Status epilepticus shows of an answer beside its figures: words, protocols side by side, limits, files."""

from htmltools import Tag, TagList, tags
from shiny import ui

from allostasis.app.pages.se_answer import TYPES, SeAnswer
from allostasis.report.page import Cell

ONLY_QUESTION = "PROTOCOL.toml"
"""The file that stands beside the form: it needs no answer."""


def answer_card(answer: SeAnswer) -> Tag:
    """Return the answer in words."""
    page = answer.page
    return tags.section(
        {"class": "answer", "aria-label": "The answer"},
        tags.h2(page.title),
        tags.p({"class": "headline"}, page.headline),
        tags.p({"class": "told"}, " ".join([*page.details, *_counting(answer)])),
        tags.p({"class": "told"}, page.question),
        tags.p({"class": "note"}, page.caution),
    )


def _counting(answer: SeAnswer) -> list[str]:
    """How many of the treated count, where these are not all of them."""
    fewer = [o for o in answer.outcomes if o.counted < o.patients]
    if not fewer:
        return []
    least, most = min(o.counted for o in answer.outcomes), max(o.counted for o in answer.outcomes)
    number = str(least) if least == most else f"{least} to {most}"
    of = f"{number} of the {fewer[0].patients} treated"
    return [f"{of} count under each protocol: those who had a seizure when counting began."]


def compared_card(answer: SeAnswer) -> Tag:
    """Return the protocols side by side."""
    table = answer.page.table
    rows = []
    for row in table.rows:
        colour = {} if row.arm is None else {"style": f"color: var(--arm{row.arm.colour})"}
        cells = [_cell(head, content) for (head, _), content in zip(table.columns[1:], row.cells, strict=True)]
        name = tags.th({"scope": "row", **colour}, row.name, tags.small(row.remark) if row.remark else None)
        rows.append(tags.tr(name, *cells))
    heads = [tags.th({"scope": "col"}, text, tags.small(remark) if remark else None) for text, remark in table.columns]
    made = tags.table({"class": "arms"}, tags.thead(tags.tr(*heads)), tags.tbody(*rows))
    return tags.section(
        {"class": "panel", "aria-label": "Protocols side by side"},
        tags.h2("Protocols side by side"),
        tags.div({"class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Table of protocols"}, made),
        tags.p({"class": "note"}, table.note),
    )


def _cell(head: str, content: Cell) -> Tag:
    text, remark = content
    return tags.td({"data-label": head}, tags.span(text), tags.small(remark) if remark else None)


def files_card() -> Tag:
    """Return the buttons that hand out the files."""
    buttons = [ui.download_button(button_id(name), label) for name, (label, _) in TYPES.items() if name != ONLY_QUESTION]
    return tags.section(
        {"class": "panel", "aria-label": "Files"}, tags.h2("Take it with you"), tags.div({"class": "row-of-buttons"}, *buttons)
    )


def limits_card(answer: SeAnswer) -> Tag:
    """Return what the answer cannot tell, what is fitted, and where it comes from."""
    page = answer.page
    words = [s for s in page.sections if not s.panels]
    made = (tags.div(tags.dt(name), tags.dd(value)) for name, value in page.made.items())
    return tags.section(
        {"class": "panel", "aria-label": "What this cannot tell"},
        tags.h2("What this cannot tell"),
        tags.ul({"class": "limits"}, *(tags.li(text) for text in page.limits)),
        *(tags.details(tags.summary(s.heading), tags.ul({"class": "works"}, *(tags.li(f) for f in s.facts))) for s in words),
        tags.details(tags.summary("How it was made"), tags.dl({"class": "numbers small"}, *made)),
    )


def waiting(share: float, ahead: int, begun: bool) -> TagList:
    """Return the line of progress."""
    done = f"{100 * share:.0f} %" if share else "preparing the model; then from onset to treatment"  # structural: percent
    text = done if begun else f"waiting, {ahead} before you"
    value = {"value": f"{share:.3f}"} if begun and share else {}
    bar = tags.progress({"max": "1", "aria-label": "share done", **value})
    return TagList(tags.div({"class": "progress-line"}, bar), tags.p({"class": "understood"}, f"{text[0].upper()}{text[1:]}"))


def button_id(name: str) -> str:
    """Id of the button of a file.

    >>> button_id("summary.csv")
    'file_summary_csv'
    """
    return "file_" + name.replace(".", "_")
