"""Units of work that end badly; their worker imports this file and nothing that takes long."""

import os
import signal
from pathlib import Path


def mortal(folder_number_and_deaths):
    """Return the number; so many processes that are at number 1 die."""
    folder, number, deaths = folder_number_and_deaths
    died = len(list(Path(folder).iterdir()))
    if number == 1 and died < deaths:
        Path(folder, str(died)).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def doomed(number):
    os.kill(os.getpid(), signal.SIGKILL)


def late(number):
    raise TimeoutError("of the unit")
