"""Products and solutions of positive definite systems that overwrite what they are given."""

import numpy as np
from scipy.linalg.blas import dgemm, dtrsm
from scipy.linalg.lapack import dpotrf

from lib.alm.workspace import singular


def diagonal(matrix: np.ndarray) -> np.ndarray:
    """Return a view of the diagonal of a C-ordered square matrix."""
    return matrix.ravel()[:: matrix.shape[0] + 1]


def solve(matrix: np.ndarray, rhs: np.ndarray, gamma: float, block: str, remedy: str) -> None:
    """Overwrite `rhs` with the solution of a positive definite system; `matrix` is destroyed.

    Only the upper triangle of `matrix` is read. Both arrays are C-ordered, so LAPACK sees their
    transposes, and the triangular solves act from the right.
    """
    factor, info = dpotrf(matrix.T, lower=1, clean=0, overwrite_a=1)
    if info != 0:
        raise singular(block, gamma, remedy)
    half = dtrsm(1.0, factor, rhs.T, side=1, lower=1, trans_a=1, overwrite_b=1)
    dtrsm(1.0, factor, half, side=1, lower=1, overwrite_b=1)


def add_product(out: np.ndarray, left: np.ndarray, right: np.ndarray, scale: float = 1.0) -> None:
    """Add scale * left @ right to `out`, which is C-ordered, without a temporary.

    BLAS wants Fortran order, so it computes the transposed product; a factor that is the transpose
    of a C-ordered array is passed as that array with the flag set, or it would be copied.
    """
    right_T, turn_right = (right.T, False) if right.flags.c_contiguous else (right, True)
    left_T, turn_left = (left.T, False) if left.flags.c_contiguous else (left, True)
    dgemm(
        scale,
        right_T,
        left_T,
        beta=1.0,
        c=out.T,
        trans_a=turn_right,
        trans_b=turn_left,
        overwrite_c=1,
    )
