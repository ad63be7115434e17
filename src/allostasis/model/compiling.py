"""One place that asks the compiler for wide vectors, one that lets one thread compile, and one that counts compilations."""

import contextlib
import threading
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import jax

_CPU_OPTIONS = {"xla_cpu_prefer_vector_width": 512}


def compile_outermost(function: Callable, **jit_options) -> Callable:
    """`jax.jit` with 512-bit vectors on the CPU back end. Only for an outermost jit: nested ones refuse compiler options.

    Falls back to plain `jax.jit` on other back ends. Harmless on machines without AVX-512.
    """
    if jax.default_backend() == "cpu":
        return jax.jit(function, compiler_options=_CPU_OPTIONS, **jit_options)
    return jax.jit(function, **jit_options)


_COMPILED: set[Hashable] = set()
_COMPILING = threading.Lock()


def one_compiles(program: Hashable, function: Callable, *arguments) -> Any:
    """Call a compiled function. The first call of a program compiles it: one thread does, the others wait."""
    if program in _COMPILED:
        return function(*arguments)
    with _COMPILING:
        result = function(*arguments)
        _COMPILED.add(program)
        return result


@contextlib.contextmanager
def count_compilations() -> Iterator[list[str]]:
    """Collect one entry per program that the back end compiles inside the block.

    >>> import jax.numpy as jnp
    >>> with count_compilations() as compiled:
    ...     _ = jax.jit(lambda x: x + 41)(jnp.ones(7))
    >>> len(compiled) >= 1
    True
    """
    compiled: list[str] = []

    def listen(event: str, duration_secs: float, **_: str | int) -> None:
        if event == "/jax/core/compile/backend_compile_duration":
            compiled.append(event)

    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        yield compiled
    finally:
        jax.monitoring.unregister_event_duration_listener(listen)
