"""What changes: environments, releases, deployments in steps, and what each place serves now."""
