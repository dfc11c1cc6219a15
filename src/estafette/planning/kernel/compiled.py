"""How kernel functions are compiled: once, to a cache on disk."""

from numba import njit

# Called from Python: with the code that takes arrays out of Python objects.
door = njit(cache=True, error_model="numpy")

# Called from other kernel functions only: that code would be most of what is compiled.
inner = njit(cache=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
