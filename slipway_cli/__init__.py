"""`slipway`, the command line: a program of its own over the public API, and nothing else.

It imports nothing of the house, so that it can be installed alone where a job ships something.
"""

VERSION = "0.1.0"
