-- An EC2 key is found by its public half, which may change while its id stays.

CREATE UNIQUE INDEX kept_secret_by_access ON kept_secret (access) WHERE access <> '';
