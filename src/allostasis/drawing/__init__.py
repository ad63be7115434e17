"""Static drawings as SVG text: primitives and charts, without a plotting library."""
