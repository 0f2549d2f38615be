"""What happens: the axis of changes, DORA, figures for machines; later logs, traces, incidents."""
