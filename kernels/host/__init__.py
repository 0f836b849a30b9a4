"""The CUDA sources on a machine without a GPU: one fibre plays each thread."""
