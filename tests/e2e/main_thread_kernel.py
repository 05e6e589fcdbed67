"""A kernel without subshells: it handles the messages of widgets where it runs cells, one by one.

That is what VS Code, Colab and kernels before ipykernel 7 do. ipykernel has no option for it, so
this application gives up the thread that would take messages to subshells.
"""

from __future__ import annotations

from typing import Any

from ipykernel.kernelapp import IPKernelApp


class MainThreadKernelApp(IPKernelApp):
    """ipykernel that neither has subshells nor says so."""

    def init_control(self, context: Any) -> None:
        """Make the sockets, and none for subshells."""
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.shell_channel_thread = None


if __name__ == "__main__":
    MainThreadKernelApp.launch_instance()
