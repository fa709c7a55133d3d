"""Paper A, Figure 2: the smoothed absolute value and its slope for several alpha."""

from collections.abc import Sequence

import torch
from matplotlib.figure import Figure

from evidence.kit.style import line, panels
from lib.penalties import L1, SmoothL1

SPAN = 0.4


def smoothing(alphas: Sequence[float]) -> Figure:
    """Draw the absolute value and its smoothed versions, and below them their slopes."""
    x = torch.linspace(-SPAN, SPAN, 1201, dtype=torch.float64).unsqueeze(0)
    curves = [("|x|", L1()), *((f"α = {alpha:g}", SmoothL1(alpha)) for alpha in alphas)]
    with panels(2, 3.0) as (figure, (values, slopes)):
        for number, (label, penalty) in enumerate(curves):
            look = line(number, x.shape[1])
            values.plot(x[0], penalty.elementwise(x)[0], label=label, **look)
            slopes.plot(x[0], penalty.gradient(x)[0], **look)
        values.set(ylabel="value φ(x)", title="The smoothed absolute value")
        slopes.set(ylabel="slope φ′(x)", xlabel="weight x", title="Its slope")
        values.legend(loc="upper center")
    return figure
