"""Vega-Lite specs, a module for each family of chart types. They name the data (`rows`) and hold none of it."""
