"""Units of work that end their worker; it imports this file and nothing that takes long."""

import os
import signal
from pathlib import Path


def mortal(folder_and_number):
    """Return the number; the first process to be at number 1 dies."""
    folder, number = folder_and_number
    mark = Path(folder) / "died"
    if number == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def doomed(number):
    os.kill(os.getpid(), signal.SIGKILL)
