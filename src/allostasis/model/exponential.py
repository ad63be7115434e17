"""Matrix exponentials of a step, and exponential-integrator coefficients. Runs on the host, in float64, once per run."""

import numpy as np
from jaxtyping import Bool, Float, Int

SMALL = 0.25  # structural: norm below which the polynomial of degree 12 is exact to rounding, 0.25^13 / 13! = 2e-18
TAYLOR = 1 / np.cumprod([1.0, *range(1, 13)])


def propagator(matrix: Float[np.ndarray, "lanes n n"], step: float | int) -> Float[np.ndarray, "lanes n n"]:
    """exp(A h): the exact advance of dx/dt = A x over one step, by shifted scaling and squaring.

    Compartment matrices have non-negative off-diagonal elements. With q the largest loss rate, A + q I is non-negative, so its
    Taylor series and its squares cancel nowhere: every element keeps its digits, also for flip-flop kinetics (absorption rate
    near elimination rate), where eigenvectors and the triangular branch of `scipy.linalg.expm` lose them.

    Args:
        matrix: A [1/h], lanes first.
        step: h [h].

    >>> import numpy as np
    >>> propagator(np.array([[[-1.0, 0.0], [1.0, 0.0]]]), 1.0).round(6)[0, 1].tolist()
    [0.632121, 1.0]
    """
    a = np.asarray(matrix, float) * step
    eye = np.eye(a.shape[-1])
    shift = np.max(-np.diagonal(a, axis1=-2, axis2=-1), axis=-1, initial=0.0)[:, None, None]
    a = a + shift * eye
    largest = np.max(np.abs(a).sum(axis=-2), initial=0.0)
    squarings = max(0, int(np.ceil(np.log2(max(largest, SMALL) / SMALL))))
    a = a * 0.5**squarings
    square = a @ a
    powers = (eye, a, square, square @ a)
    fourth = square @ square
    result = TAYLOR[12] * eye
    for k in (8, 4, 0):
        result = fourth @ result + sum(TAYLOR[k + j] * power for j, power in enumerate(powers))
    result = result * np.exp(-shift * 0.5**squarings)
    for _ in range(squarings):
        result = result @ result
    return result


def bolus_response(
    matrix: Float[np.ndarray, "lanes n n"], vector: Float[np.ndarray, "lanes n"], remaining: float | int
) -> Float[np.ndarray, "lanes n"]:
    """State at the end of a step from a unit bolus given ``remaining`` hours before it: exp(A remaining) b."""
    return np.einsum("lij,lj->li", propagator(matrix, remaining), vector)


def infusion_response(
    matrix: Float[np.ndarray, "lanes n n"],
    vector: Float[np.ndarray, "lanes n"],
    lasting: float | int,
    remaining: float | int,
) -> Float[np.ndarray, "lanes n"]:
    """State at the end of a step from a unit-rate infusion of ``lasting`` hours that ended ``remaining`` hours before it.

    The integral of exp(A s) b over the infusion is one more column of an augmented exponential, so A may be singular.
    """
    lanes, n = vector.shape
    augmented = np.zeros((lanes, n + 1, n + 1))
    augmented[:, :n, :n] = matrix
    augmented[:, :n, n] = vector
    return bolus_response(matrix, propagator(augmented, lasting)[:, :n, n], remaining)


def independent(pattern: Bool[np.ndarray, "n n"]) -> tuple[Int[np.ndarray, " k"], ...]:
    """Groups of states that nothing connects: each has an exponential of its own, and costs the cube of its own size.

    >>> [group.tolist() for group in independent(np.array([[1, 0, 0], [0, 1, 0], [1, 0, 1]], bool))]
    [[0, 2], [1]]
    """
    both_ways = np.asarray(pattern, bool)
    closed = reach(both_ways | both_ways.T)
    first = closed.argmax(axis=1)
    return tuple(np.flatnonzero(first == k) for k in np.unique(first))


def reach(pattern: Bool[np.ndarray, "n n"]) -> Bool[np.ndarray, "n n"]:
    """Pattern of exp(A) from the pattern of A: [i, j] is True where state j can reach state i."""
    closed = np.asarray(pattern, bool) | np.eye(len(pattern), dtype=bool)
    for _ in range(len(pattern)):
        closed = closed | (closed.astype(int) @ closed.astype(int) > 0)
    return closed


def relaxation_coefficients(rate: Float[np.ndarray, "..."], step: float | int):
    """Coefficients of the second-order exponential predictor-corrector for dy/dt = N - rate y.

    With z = rate h: decay = exp(-z), first = h (1 - exp(-z))/z, second = h (z - 1 + exp(-z))/z^2. For slow states (small z)
    the last cancels and comes from its Taylor series there.

        predictor  y* = decay y + first N(y)
        corrector  y1 = y* + second (N(y*) - N(y))          (Cox and Matthews 2002, ETD2RK)

    Returns:
        (decay [1], first [h], second [h]), each of the shape of ``rate``.

    >>> [round(float(c), 6) for c in relaxation_coefficients(np.array(1.0), 1.0)]
    [0.367879, 0.632121, 0.367879]
    """
    z = np.asarray(rate, float) * step
    decay = np.exp(-z)
    positive = np.where(z > 0, z, 1)
    first = step * np.where(z > 0, -np.expm1(-z) / positive, 1)
    series = np.zeros_like(z)
    for k in range(12, 1, -1):
        series = (1 - z * series) / k
    small = z < 0.1
    closed = (z + np.expm1(-z)) / np.where(small, 1, z) ** 2
    return decay, first, step * np.where(small, series, closed)


def third_order_coefficient(rate: Float[np.ndarray, "..."], step: float | int):
    """What the third order of the predictor-corrector needs beside (decay, first, second): third = h (phi_3 + phi_2 / 2).

    The drive N of the last two steps is kept, so a step still evaluates it once; D2 = N(y*) - 2 N + N_before:

        predictor  y* = decay y + first N + second (N - N_before)
        corrector  y1 = y* + third D2                       (exponential Adams methods: Hochbruck and Ostermann 2010)

    with phi_2 = second / h and phi_3 = (1/2 - phi_2) / z, from its Taylor series where z = rate h is small.

    >>> round(float(third_order_coefficient(np.array(1e-9), 1.0)), 6)
    0.416667
    """
    z = np.asarray(rate, float) * step
    second = relaxation_coefficients(rate, step)[2]
    series = np.zeros_like(z)
    for k in range(13, 2, -1):
        series = (1 - z * series) / k
    small = z < 0.1
    phi_2 = second / step
    phi_3 = np.where(small, series / 2, (0.5 - phi_2) / np.where(small, 1, z))
    return step * (phi_3 + phi_2 / 2)
