"""Settings under the name that they have in NengoDL."""

from nengo_explorer.settings import configure_settings, get_setting

__all__ = ["configure_settings", "get_setting"]
