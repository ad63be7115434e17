"""The imbalance of a case without and with an intervention, as an SVG file: one panel for each arm."""

import numpy as np

from allostasis.clinic.interventions.applying import Applied
from allostasis.drawing.chart import Axis, Panel, Series, chart

DAY = 24.0
HEIGHT = 230
MARGIN = 0.08
LEAST = 0.1
"""Smallest span of the vertical axis [seizure thresholds]."""


def figure(found: Applied) -> str:
    """Draw it."""
    days = found.time / DAY
    both = np.concatenate([np.concatenate([arm.without, arm.given]) for arm in found.arms])
    low, high = min(float(both.min()), 0.0), max(float(both.max()), 0.0)
    room = MARGIN * max(high - low, LEAST) + max(LEAST - (high - low), 0) / 2
    x, y = Axis("days", 0, float(days[-1])), Axis("imbalance [thresholds]", low - room, high + room)
    panels = [
        Panel(arm.name, x, y, (Series("without", 5, days, arm.without), Series("with", 1, days, arm.given, dash=True)), 0, HEIGHT)
        for arm in found.arms
    ]
    return chart(panels, f"imbalance without and with {found.therapy.title}")
