"""What happens: the axis of changes, figures for machines; later logs, traces, incidents, DORA."""
