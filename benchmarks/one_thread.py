"""Import this first: one BLAS thread, set before NumPy is loaded."""

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import torch

torch.set_num_threads(1)
