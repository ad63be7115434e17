"""Memory that is free is given back to the system: compilers and figures need much for a moment, and glibc keeps it."""

import ctypes


def give_back() -> None:
    """Give free memory back, where the C library can; a server calls it after each piece of long work."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # another C library than glibc
        return
