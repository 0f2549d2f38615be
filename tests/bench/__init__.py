"""Benchmarks: ratios against something measured in the same invocation, never a timed test."""
