"""An output that looks again after a while, and the end of a visit in each instant of that."""

import asyncio
import itertools

import pytest
from shiny import reactive
from shiny.session import session_context

from allostasis.app.looking import look_again

SOON = 0.02


class Visit:
    """As much of a session as is asked for."""

    ns = ""

    def __init__(self):
        self.at_end = []

    def on_ended(self, call):
        self.at_end.append(call)
        return lambda: self.at_end.remove(call)

    def end(self):
        for call in list(self.at_end):
            call()


def looking(visit, during):
    """How often an effect ran that looks again, with something done meanwhile; each step of `during` is awaited."""
    times = []

    async def run():
        @reactive.effect(session=None)
        def effect():
            times.append(asyncio.get_running_loop().time())
            with session_context(visit):
                look_again(SOON)

        async with reactive.lock():
            await reactive.flush()
        await during(visit, effect, times)

    asyncio.run(run())
    return times


async def three_looks(visit, effect, times):
    """Wait for the state, not for the time: a loaded machine is late."""
    async with asyncio.timeout(60):
        while len(times) < 3:
            await asyncio.sleep(SOON)
    effect.destroy()


def test_it_looks_again_after_the_time_and_again():
    times = looking(Visit(), three_looks)
    assert all(later - sooner >= 0.9 * SOON for sooner, later in itertools.pairwise(times))


def test_a_visit_that_ended_is_not_looked_after():
    async def end(visit, effect, times):
        visit.end()
        await asyncio.sleep(5 * SOON)

    assert len(looking(Visit(), end)) == 1


def test_nothing_is_kept_of_a_look_that_is_over():
    visit = Visit()
    looking(visit, three_looks)
    assert len(visit.at_end) <= 1


@pytest.mark.parametrize("stop", ["visit", "server"])
def test_an_end_while_it_waits_for_its_turn_leaves_nothing_in_the_log(stop, capfd):
    async def end(visit, effect, times):
        async with reactive.lock():
            await asyncio.sleep(3 * SOON)  # it is due now, and waits for the lock
            visit.end()
            effect.destroy()
            if stop == "server":
                return  # the loop ends and cancels what is left
        await asyncio.sleep(3 * SOON)

    assert len(looking(Visit(), end)) == 1
    assert capfd.readouterr().err == ""
