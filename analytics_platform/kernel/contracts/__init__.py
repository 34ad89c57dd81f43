"""How apps call each other: in process, or over HTTP where SERVICE_URLS says so. The caller never learns which."""
