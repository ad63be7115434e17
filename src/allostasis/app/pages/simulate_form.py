"""The form of the page Simulate: person, arms, horizon; and what is written there as the table of a case."""

from collections.abc import Mapping
from typing import Any

from htmltools import Tag, TagList, tags
from shiny import ui

from allostasis import library
from allostasis.app.opening import file_field
from allostasis.library.reach import extent
from allostasis.report.view import PALETTE

SLOTS = 8
"""Arms that the form has room for."""
TEXTS = {
    "weight": ("Body weight", "70 kg"), "age": ("Age", "such as 70 years"), "height": ("Height", "such as 170 cm"),
    "albumin": ("Serum albumin", "such as 38 g/L"), "creatinine_clearance": ("Creatinine clearance", "such as 45 mL/min"),
    "pregnancy": ("Pregnancy", "such as 30 weeks"),
}  # fmt: skip
"""Key of [patient] -> label and example."""
CHOICES = {
    "sex": ("Sex", {"": "not given", "female": "female", "male": "male"}),
    "child_pugh": ("Child-Pugh class", {"": "none", "A": "A", "B": "B", "C": "C"}),
}
"""Key of [patient] -> label and values."""
ON_THE_FORM = (*TEXTS, *CHOICES, "genotype")
EXAMPLE: dict[str, Any] = {
    "title": "Lorazepam after half a year: stop, or taper?",
    "horizon": "540 d",
    "arm": [
        {"name": "stop", "regimen": "lorazepam 1 mg po bid for 180 d, then stop"},
        {
            "name": "taper, 10 % of start",
            "regimen": "lorazepam 1 mg po bid for 180 d, then taper 10 % of start every 14 d, then stop",
        },
    ],
}
"""What the page opens with."""


def form() -> TagList:
    """Return the form with its example filled in."""
    return TagList(
        tags.div(
            {"class": "panel title-and-time"},
            ui.input_text("title", "Question", EXAMPLE["title"]),
            ui.input_text("horizon", "Time", EXAMPLE["horizon"], placeholder="540 d"),
        ),
        tags.div({"class": "panel"}, tags.h2("Arms"), *(_slot(k) for k in range(SLOTS)), _below_arms()),
        tags.div({"class": "panel"}, tags.h2("Person"), _person()),
        tags.div({"class": "panel"}, tags.h2("Case file"), _files()),
    )


def _slot(k: int) -> Tag:
    arms = EXAMPLE["arm"]
    given = arms[k] if k < len(arms) else {"name": "", "regimen": ""}
    hidden = {} if k < len(arms) else {"hidden": "hidden"}
    return tags.div(
        {"class": f"arm arm{k % PALETTE}", "id": ui_id(f"slot{k}"), **hidden},
        tags.div(
            {"class": "arm-head"},
            ui.input_text(f"name{k}", f"Name of arm {k + 1}", given["name"]),
            ui.input_action_button(f"remove{k}", "Remove", class_="plain", title=f"Remove arm {k + 1}"),
        ),
        ui.input_text_area(f"regimen{k}", f"Regimen of arm {k + 1}", given["regimen"], rows=2, spellcheck="false"),
        ui.output_ui(f"said{k}"),
    )


def ui_id(name: str) -> str:
    """Return an id in the namespace of the page."""
    from shiny.module import resolve_id

    return resolve_id(name)


def _below_arms() -> TagList:
    drugs = [name for name in library.drug_names() if extent(library.drug(name)) == "effect" and library.drug(name).routes]
    per_day = {"daily": "once a day", "bid": "2 times a day", "tid": "3 times a day", "qid": "4 times a day"}
    ends = {"stop": "then stop", "start": "taper, of the first dose", "current": "taper, of the last dose"}
    return TagList(
        tags.div({"class": "row-of-buttons", "style": "margin-top: .9rem"}, ui.input_action_button("add", "Add an arm")),
        tags.details(
            tags.summary("Write a regimen by a form"),
            tags.div(
                {"class": "pair"},
                ui.input_select("w_drug", "Drug", drugs, selected="lorazepam"),
                ui.input_text("w_dose", "Dose", "1 mg"),
                ui.input_select("w_often", "How often", per_day, selected="bid"),
                ui.input_text("w_for", "For", "180 d"),
                ui.input_select("w_end", "Then", ends),
                ui.input_text("w_cut", "Taper by, every", "10 % every 14 d"),
            ),
            tags.div({"class": "row-of-buttons"}, ui.input_action_button("write", "Add it as an arm")),
        ),
        tags.p({"class": "understood"}, "Regimens are sentences: ", tags.em("drug dose route frequency for a time, then ..."),
               " Several drugs side by side are joined by a semicolon; ", tags.em("none"), " is no drug."),
    )


def _person() -> TagList:
    def text(key: str) -> Tag:
        label, example = TEXTS[key]
        return ui.input_text(key, label, example if key == "weight" else "", placeholder=example)

    def choice(key: str) -> Tag:
        label, values = CHOICES[key]
        return ui.input_select(key, label, values)

    return TagList(
        tags.div({"class": "pair"}, text("weight"), text("age"), choice("sex"), text("height")),
        tags.details(
            tags.summary("Organs, pregnancy, genotype"),
            tags.div({"class": "pair"}, text("albumin"), choice("child_pugh"), text("creatinine_clearance"), text("pregnancy")),
            tags.div({"style": "margin-top: .7rem"},
                     ui.input_text("genotype", "Genotype", placeholder="CYP2C19 poor, CYP2C9 *1/*3")),
        ),
    )


def _files() -> TagList:
    return TagList(
        file_field("open", "Open a CASE.toml"),
        ui.output_ui("opened"),
    )


def genotype(text: str) -> dict[str, str]:
    """Read "GENE alleles, GENE alleles"; what they mean is checked with the case.

    >>> genotype("CYP2C19 poor, CYP2C9 *1/*3")
    {'CYP2C19': 'poor', 'CYP2C9': '*1/*3'}
    """
    pairs = (part.split(maxsplit=1) for part in text.split(",") if part.strip())
    return {pair[0]: pair[1] if len(pair) > 1 else "" for pair in pairs}


def written_genotype(table: Mapping[str, str]) -> str:
    """Write a genotype as the form shows it."""
    return ", ".join(f"{gene} {alleles}" for gene, alleles in table.items())
