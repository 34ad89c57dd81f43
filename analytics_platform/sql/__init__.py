"""The one SQL pipeline: parse, check, resolve, limit, render. Pure: no Django, no network. Start at `pipeline.prepare`."""
