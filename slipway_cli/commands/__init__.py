"""What one can say: each module holds the commands of one concern."""
