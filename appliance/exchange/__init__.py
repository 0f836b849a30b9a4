"""The Agreement as code: admission, capacities, the queue, answers and reference data."""
