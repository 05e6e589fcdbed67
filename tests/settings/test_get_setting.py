"""Reading back what is stored."""

from __future__ import annotations

import nengo
from nengo.builder import Model

from nengo_explorer.graph_optimizer import noop_planner
from nengo_explorer.settings import configure_settings, get_setting


def test_value_that_was_set() -> None:
    with nengo.Network() as net:
        configure_settings(dtype="float64", planner=noop_planner, trainable=False)
        ensemble = nengo.Ensemble(4, 1)
    assert get_setting(net, "dtype") == "float64"
    assert get_setting(net, "planner") is noop_planner
    assert get_setting(net, "trainable", obj=ensemble) is False
    net.config[ensemble].trainable = True
    assert get_setting(net, "trainable", obj=ensemble) is True


def test_default_where_nothing_is_stored() -> None:
    with nengo.Network() as net:
        ensemble = nengo.Ensemble(4, 1)
    assert get_setting(net, "dtype") is None
    assert get_setting(net, "dtype", default="float16") == "float16"
    assert get_setting(net, "trainable", default=3, obj=ensemble) == 3
    assert get_setting(net, "banana", default=4) == 4


def test_model_gives_the_settings_of_its_network() -> None:
    with nengo.Network() as net:
        configure_settings(stateful=False)
    model = Model()
    assert get_setting(model, "stateful", default="nothing") == "nothing"
    model.build(net)
    assert get_setting(model, "stateful") is False
