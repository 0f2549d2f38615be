"""What an auditor asks of a period: each change, who wanted it, who else agreed, how it ended."""
