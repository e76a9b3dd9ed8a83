"""From a scene to bytes: DOT, SVG, PNG and PDF, by whatever is installed."""
