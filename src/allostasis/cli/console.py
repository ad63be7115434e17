"""What the commands print: results on stdout; progress and errors on stderr, in plain words."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

OUT = Console()
ERR = Console(stderr=True)


def show_error(message: str) -> None:
    """Print a refusal in red on stderr, exactly as worded: no markup, no wrapping that would move a caret."""
    ERR.print(Text("Error: ", style="bold red") + Text(message, style="red"), soft_wrap=True)


@contextmanager
def progress(label: str) -> Iterator[Callable[[float], None]]:
    """Show a bar on stderr while work goes on; it vanishes afterwards, and stays away where stderr is no terminal.

    Yields:
        a function that takes the share done, 0 to 1.
    """
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def show_table(headings: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> None:
    """Print a table whose first column names the rows; numbers stand right."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for k, heading in enumerate(headings):
        table.add_column(Text(heading), justify="right" if k else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    OUT.print(table)
    if note:
        OUT.print(note, style="dim", highlight=False, markup=False)
