"""The tables of the page about glia, written from the library: `python -m allostasis.report.remodelling_table` prints them."""

from collections.abc import Sequence

from allostasis.library.rows import rows


def _markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    table = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(table + ["| " + " | ".join(cells) + " |" for cells in lines])


def remodelling_table() -> str:
    """Every branch of remodelling that the seed review names, with the state that stands for it, as Markdown.

    >>> print(remodelling_table().splitlines()[0])
    | section | branch | state | port | note |
    """

    def code(name: str) -> str:
        return f"`{name}`" if "." in name else name

    lines = [
        (row["section"], row["branch"], code(row["state"]), f"`{row['port']}`" if row["port"] else "", row["note"])
        for row in rows("remodelling")
    ]
    return _markdown(("section", "branch", "state", "port", "note"), lines)


def cytokine_table() -> str:
    """Findings on the sign of each effect of a cytokine, contradictions kept, as Markdown.

    >>> len(cytokine_table().splitlines())
    10
    """
    sign = {"-1": "lowers", "1": "raises", "0": "unchanged"}
    lines = [
        (row["cytokine"], row["target"], sign[row["sign"]], row["finding"], row["preparation"], f"`{row['option']}`",
         f"{row['source']}, {row['status']}")
        for row in rows("cytokine_signs")
    ]  # fmt: skip
    return _markdown(("cytokine", "target", "sign", "finding", "preparation", "option", "source"), lines)


if __name__ == "__main__":
    print(remodelling_table(), cytokine_table(), sep="\n\n")
