"""A language model behind any OpenAI-compatible endpoint: one answer to one conversation."""
