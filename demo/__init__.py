"""The demonstration: a story on real data, told to Slipway as any program would, over its API."""
