"""Smoothed functions on which the claims of Figure 2 come out otherwise."""

from dataclasses import replace

from evidence.pages.sl1_fig2.claims import claims
from evidence.pages.sl1_fig2.smoothing import slopes_beside_zero, smoothing
from lib.penalties import L1, SmoothL1

FOUND, KINK = smoothing((0.3, 0.03)), slopes_beside_zero(L1())


def as_recorded():
    return claims(FOUND, KINK)


def changed(**fields: float):
    """Return the claims when the narrowest function is another one."""
    return claims([*FOUND[:-1], replace(FOUND[-1], **fields)], KINK)


OTHERWISE = {
    "A-2.2-close": lambda: changed(gap=1.0),
    "A-abs-gradient": lambda: changed(steps=1),
    "A-2.2-kink": lambda: changed(kink=2.0),
    "A-int-kink": lambda: claims(FOUND, slopes_beside_zero(SmoothL1(0.01))),
    "O-2.2-huber": lambda: changed(huber=0.1),
}
