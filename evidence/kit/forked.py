"""Notebooks executed in processes that fork from one in which the imports are done already.

A kernel of its own spends five seconds on imports before its first cell. Here one process, the fork
server of the standard library, imports what most notebooks need and then does nothing but fork.
Every notebook gets two forks, papermill and its kernel, so that none sees another's state.
"""

import asyncio
import gc
import json
import multiprocessing
import os
import signal
import tempfile
import threading
from importlib.metadata import EntryPoint
from multiprocessing import connection
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

NAME = "forked"

IMPORTED = (
    *("evidence.kit.notebook", "ipykernel.kernelapp", "matplotlib_inline.backend_inline"),
    *("numpy", "pandas", "pandas.io.formats.style", "scipy.stats", "scipy.optimize"),
    *("matplotlib.pyplot", "seaborn", "joblib", "torch"),
)
"""What the fork server imports: no state of a page, and nothing that starts a thread."""

FORKED = multiprocessing.get_context("fork")
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(list(IMPORTED))

CHILDREN = threading.Lock()
"""Held by the thread that starts a process or asks for an exit code.

An exit code can be read once, and each start asks for those of all children. Of two threads that
read the same one, the second finds nothing and takes a notebook that succeeded for one that failed.
"""


def execute(name: str, output: Path, **given: Any) -> int:
    """Execute a notebook as `evidence.kit.notebook.execute` does; return the exit code.

    What it prints at the quick profile is compared with the reference notebook, as nbval would.
    """
    process = SERVER.Process(target=_execute, args=(name, output, given))
    with CHILDREN:
        process.start()
    connection.wait([process.sentinel])
    with CHILDREN:
        process.join()
    return process.exitcode


def made(output: Path, profile: str) -> bool:
    """Return whether a file is a notebook that `execute` made at a profile, with nothing else set.

    Somebody may have executed it by hand, with other means or parameters of their own.
    """
    try:
        run = json.loads(output.read_text(encoding="utf-8"))["metadata"]["papermill"]
    except (OSError, ValueError, KeyError):
        return False
    return run.keys() == {"parameters", "seconds"} and run["parameters"] == {"profile": profile}


def _execute(name: str, output: Path, given: dict[str, Any]) -> None:
    from evidence.kit import notebook

    gc.freeze()  # what is imported stays, and to look for garbage in it takes a quarter of a second
    own = EntryPoint(NAME, f"{__name__}:ForkedKernel", KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.provisioners[NAME] = own
    os.environ[KernelProvisionerFactory.default_provisioner_name_env] = NAME
    notebook.execute(name, output, **given)
    if given == notebook.QUICK:
        notebook.compare(name, output)


class ForkedKernel(LocalProvisioner):
    """Starts a kernel as a fork of the process that has done its imports."""

    async def pre_launch(self, **given: Any) -> dict[str, Any]:
        """Have the kernel listen at files: of ports, two at once may each take one for free."""
        self.parent.transport = "ipc"
        # A process has one kernel, and a path of a socket has to be short.
        self.parent.ip = f"{tempfile.gettempdir()}/kernel-{os.getpid()}"
        return await super().pre_launch(**given)

    async def launch_kernel(self, cmd: list[str], **given: Any) -> Any:
        """Start the kernel that a command would start as a program of its own."""
        options = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.cwd = given.get("cwd", Path.cwd())
        self.process = _Fork(options, str(self.cwd), given["env"])
        self.pid = self.process.pid
        return self.connection_info


class _Fork:
    """As much of subprocess.Popen as a provisioner asks for."""

    stdin = stdout = stderr = None

    def __init__(self, options: list[str], folder: str, environment: dict[str, str]) -> None:
        self._process = FORKED.Process(target=_serve, args=(options, folder, environment))
        self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _serve(options: list[str], folder: str, environment: dict[str, str]) -> None:
    import matplotlib
    from ipykernel import kernelapp

    from evidence.kit.style import show_vectors

    gc.freeze()
    asyncio.set_event_loop(asyncio.new_event_loop())  # papermill's own is at work in its process
    os.environ.clear()
    # A kernel ends when its parent does.
    os.environ.update(environment, JPY_PARENT_PID=str(multiprocessing.parent_process().pid))
    os.chdir(folder)
    matplotlib.rcdefaults()  # the server that this is a fork of has read the user's matplotlibrc
    app = kernelapp.IPKernelApp.instance()
    app.initialize(options)
    # What a kernel of its own does when it imports Matplotlib: figures become images.
    app.shell.enable_matplotlib("inline")
    show_vectors(app.shell.display_formatter.formatters)
    app.start()
