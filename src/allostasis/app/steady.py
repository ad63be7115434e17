"""What is told only when it differs: nothing is rendered anew, read out again or taken from under a finger without a change."""

from collections.abc import Callable

from shiny import reactive

FIRST = 1  # structural: before the outputs, whose priority is 0


def steady[T](make: Callable[[], T]) -> Callable[[], T]:
    """Return a reactive function with the value of another; who reads it runs again only when the value is another.

    A calculation of Shiny tells its readers whenever something was written that it depends on, also where it gives the same.

    Args:
        make: reactive; its values are compared by ``==``.
    """
    held: reactive.Value[T] = reactive.value()

    @reactive.effect(priority=FIRST)
    def _() -> None:
        made = make()
        with reactive.isolate():
            same = held.is_set() and held() == made
        if not same:
            held.set(made)

    return held.get
