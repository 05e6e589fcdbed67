"""What importing the package loads, and what it offers."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest

import nengo_explorer

HEAVY = {"anywidget", "keras", "matplotlib", "tensorflow"}

CONFIGURE_AND_RESOLVE = """
import nengo, nengo_explorer
from nengo_explorer.graph_optimizer import noop_planner
with nengo.Network() as net:
    nengo_explorer.configure_settings(trainable=None, planner=noop_planner, lif_smoothing=0.1)
    ensemble = nengo.Ensemble(10, 1)
net.config[ensemble].trainable = False
assert nengo_explorer.resolve_trainable(net)[ensemble, "encoders"] is False
str(nengo_explorer.explain(net, ensemble, "encoders"))
"""


def modules_loaded_by(code: str) -> set[str]:
    """Run code in a fresh interpreter; names of all top-level modules that are loaded then."""
    report = "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", code + report]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return set(answer.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import nengo_explorer",
        CONFIGURE_AND_RESOLVE,
        "import nengo_explorer.settings, nengo_explorer.graph_optimizer",
        "import nengo_explorer.cli, nengo_explorer.script",
    ],
    ids=["import", "configure and resolve", "lower layers", "command line"],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert modules_loaded_by(code) & HEAVY == set()


def test_explorer_is_loaded_without_tensorflow() -> None:
    assert (
        modules_loaded_by("from nengo_explorer import Explorer") & {"keras", "tensorflow"} == set()
    )


def test_the_check_itself_sees_heavy_modules() -> None:
    assert "matplotlib" in modules_loaded_by("import nengo_explorer, matplotlib")


@pytest.mark.tf
def test_every_public_name_exists() -> None:
    for name in nengo_explorer.__all__:
        assert getattr(nengo_explorer, name) is not None
    assert set(nengo_explorer.__all__) <= set(dir(nengo_explorer))


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'simulate'"):
        nengo_explorer.simulate  # noqa: B018


@pytest.mark.tf
def test_registered_as_a_backend_of_nengo() -> None:
    backends = metadata.entry_points(group="nengo.backends", name="nengo_explorer")
    assert [backend.load() for backend in backends] == [nengo_explorer.Simulator]
