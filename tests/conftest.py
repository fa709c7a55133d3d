"""What all tests share."""

import torch

# Two workers on two cores: with threads of their own they would wait for each other.
torch.set_num_threads(1)
