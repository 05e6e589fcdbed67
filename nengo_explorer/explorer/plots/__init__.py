"""Figures of probe data, drawn by Matplotlib without pyplot."""
