"""What a check finds, and how it can be mended: as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import nengo


@dataclass(frozen=True)
class RuleChange:
    """Write or remove a rule.

    Attributes
    ----------
    network : Network
        The network whose config is written.
    target : object or class
        What the rule is for.
    option : str
        "trainable" or "keep_history".
    value : bool or INHERIT
        The new rule.
    """

    network: nengo.Network
    target: Any
    option: str
    value: Any


@dataclass(frozen=True)
class GlobalChange:
    """Set an option of a whole network.

    Attributes
    ----------
    network : Network
        The network whose config is written: the outermost one, unless a setting is taken away
        from where nothing reads it.
    option : str
        Name of the option.
    value : object
        None for the default.
    """

    network: nengo.Network
    option: str
    value: Any


@dataclass(frozen=True)
class ForgottenSetting:
    """Take away a setting that is stored for an object that cannot have it.

    Attributes
    ----------
    network : Network
        The network whose config is written.
    target : object
        What it is stored for.
    option : str
        Name of the option.
    """

    network: nengo.Network
    target: Any
    option: str


Change = RuleChange | GlobalChange | ForgottenSetting


@dataclass(frozen=True)
class Fix:
    """How a finding can be mended.

    Attributes
    ----------
    text : str
        What to do, in words.
    changes : tuple of RuleChange, GlobalChange or ForgottenSetting
        The same as changes of settings, in the order in which they are to be made; empty if only
        a person can do it.
    """

    text: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something that will not do what it says.

    Attributes
    ----------
    check : str
        Name of the check, a key of `CHECKS`.
    obj : object
        What it is about: a network, ensemble, connection or probe.
    parameter : str
        "encoders", "bias" or "weights" if it is about a parameter; else empty.
    message : str
        What is wrong.
    fix : Fix
        What to do about it.
    """

    check: str
    obj: Any
    parameter: str
    message: str
    fix: Fix
