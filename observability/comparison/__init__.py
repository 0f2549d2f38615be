"""A deployment beside what served before it: what fails, what takes longer, what is said anew."""
