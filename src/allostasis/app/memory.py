"""Memory that is free is given back to the system: compilers and figures need much for a moment, and glibc keeps it."""

import ctypes

ARENAS = (-8, 1)  # structural: M_ARENA_MAX of glibc's malloc.h, and how many
"""One arena: what one thread has freed serves the next; with an arena for each thread a tenth more stays behind."""


def give_back() -> None:
    """Give free memory back, where the C library can; a server calls it after each piece of long work."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # another C library than glibc
        return


def few_arenas() -> None:
    """Let threads share an arena of memory, where the C library can; for a server, before it has threads."""
    try:
        ctypes.CDLL(None).mallopt(*ARENAS)
    except (AttributeError, OSError, TypeError):  # another C library than glibc
        return
