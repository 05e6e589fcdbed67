"""Partition of a planned step into stages.

A stage is a set of groups that advance together. In the plain order there is one: all groups, one
step after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nengo_explorer.simulator.step_plan import GroupPlan, StepPlan


@dataclass(frozen=True)
class Stage:
    """Groups that advance together, step by step.

    Attributes
    ----------
    groups : tuple of GroupPlan
        In the order of execution.
    """

    groups: tuple[GroupPlan, ...]


def partition(plan: StepPlan) -> tuple[Stage, ...]:
    """Cut a planned step into stages that can run one after the other over whole chunks.

    Parameters
    ----------
    plan : StepPlan
        The planned step.

    Returns
    -------
    stages : tuple of Stage
        In the order of execution; together they hold every group that is not static.
    """
    return (Stage(tuple(group for group in plan.groups if not group.static)),)
