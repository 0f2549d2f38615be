"""What an auditor asks of a period: each change, who asked for and approved it, how it ended."""
