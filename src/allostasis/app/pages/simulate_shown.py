"""What the page Simulate shows of an answer beside its figures: words, table of arms, sources."""

from htmltools import Tag, TagList, tags
from shiny import ui

from allostasis.app.answer import Answer

MOST_WORKS = 400
"""Works that are listed at most."""


def answer_card(answer: Answer) -> Tag:
    """Return the answer in words."""
    *told, limits = answer.details
    return tags.section(
        {"class": "answer", "aria-label": "The answer"},
        tags.h2("The answer"),
        tags.p({"class": "headline"}, answer.headline),
        tags.p({"class": "told"}, " ".join(told)) if told else None,
        tags.p({"class": "note"}, limits),
        *(tags.p({"class": "note"}, note) for note in answer.result.notes),
    )


def arms_card(answer: Answer) -> Tag:
    """Return the table of arms."""
    heads = [tags.th({"scope": "col"}, text, tags.small(remark) if remark else None) for text, remark in answer.columns]
    rows = []
    for row in answer.rows:
        cells = [
            tags.td({"data-label": head}, tags.span(text), tags.small(remark) if remark else None)
            for (head, _), (text, remark) in zip(answer.columns, row["cells"], strict=True)
        ]
        arm = row["arm"]
        rows.append(tags.tr(tags.th({"scope": "row", "style": f"color: var(--arm{arm.colour})"}, arm.name), *cells))
    table = tags.table({"class": "arms"}, tags.thead(tags.tr(tags.th({"scope": "col"}, "Arm"), *heads)), tags.tbody(*rows))
    return tags.section(
        {"class": "panel", "aria-label": "Table of arms"},
        tags.h2("The arms"),
        tags.div({"class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Table of arms"}, table),
    )


def sources_card(answer: Answer) -> Tag:
    """Return where the numbers come from."""
    bar = [tags.span({"class": f"s-{c['status']}", "style": f"flex: {c['share']:.2f}"}) for c in answer.counts]
    legend = [
        tags.li(tags.span({"class": f"dot s-{c['status']}"}), tags.b(f"{c['count']} {c['status']}"), f" {c['means']}")
        for c in answer.counts
    ]
    works = answer.result.cite()[:MOST_WORKS]
    return tags.section(
        {"class": "panel", "aria-label": "Sources"},
        tags.h2("Where the numbers come from"),
        tags.p({"class": "lead"}, f"{len(answer.result.used)} parameters of the library stand behind this run."
               " The report lists each with its value, range and source."),
        tags.div({"class": "bar", "aria-hidden": "true"}, *bar),
        tags.ul({"class": "statuses"}, *legend),
        tags.details(tags.summary(f"{len(works)} works cited"), tags.ol({"class": "works"}, *(tags.li(w) for w in works))),
    )


def files_card() -> Tag:
    """Return the buttons for the files of the run."""
    return tags.section(
        {"class": "panel", "aria-label": "Files"},
        tags.h2("Take it with you"),
        tags.div(
            {"class": "row-of-buttons"},
            ui.download_button("report", "Report (HTML)"),
            ui.download_button("series", "Series (CSV)"),
            ui.download_button("summary", "Table of arms (CSV)"),
        ),
    )


def waiting(share: float, ahead: int, begun: bool) -> TagList:
    """Return the line of progress."""
    text = f"waiting, {ahead} before you" if not begun else "compiling the model" if share == 0 else f"{100 * share:.0f} %"
    bar = tags.progress({"max": "1", "aria-label": "share done"}) if share == 0 else tags.progress(
        {"max": "1", "value": f"{share:.3f}", "aria-label": "share done"}
    )  # fmt: skip
    return TagList(tags.div({"class": "progress-line"}, bar, tags.span(text)))
