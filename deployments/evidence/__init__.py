"""What a rollback was decided by: the comparison as it stood then, kept with it."""
