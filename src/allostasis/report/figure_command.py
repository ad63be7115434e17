"""The command of a module of figures: write all of them, or those named, as SVG files."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

FOLDER = Path("docs/images")


def write_figures(figures: Mapping[str, Callable[[], str]], folder: str | Path, names: tuple[str, ...] = ()) -> list[Path]:
    """Write figures into a folder, which is made if it is not there.

    Args:
        figures: name -> function that returns the text of an SVG file.
        folder: where to.
        names: which; all when left out.

    Returns:
        The files, in the order of the names.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in names or tuple(figures):
        path = folder / f"{name}.svg"
        path.write_text(figures[name]() + "\n", encoding="utf-8")
        written.append(path)
    return written


def command(figures: Mapping[str, Callable[[], str]], description: str | None) -> None:
    """Write the figures that the command line names."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write into")
    parser.add_argument("names", nargs="*", help="which figures; all by default: " + ", ".join(figures))
    options = parser.parse_args()
    for name in options.names:
        if name not in figures:
            parser.error(f"no figure {name!r}; there are {', '.join(figures)}")
    for path in write_figures(figures, options.out, tuple(options.names)):
        print(path)
