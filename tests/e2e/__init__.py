"""The widget in JupyterLab in a real browser."""
