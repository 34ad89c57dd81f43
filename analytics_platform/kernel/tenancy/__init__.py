"""The tenant in force in the databases: the backend, making, migrating and removing tenants' schemas."""
