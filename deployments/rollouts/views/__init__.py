"""The pages of deployments: lists, the plan, one deployment while it goes, and what people say."""
