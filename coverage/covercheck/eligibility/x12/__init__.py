"""X12 270 and 271 as text: asked strictly, read tolerantly. Nothing here knows a network."""
