-- Who holds rights on the cloud itself, and the outside services that share its accounts.

-- roles: the bits of CloudRole (model/identity/caller.h).
CREATE TABLE cloud_role (
    user_id ${text} NOT NULL PRIMARY KEY REFERENCES identity_user (id) ON DELETE CASCADE,
    roles INTEGER NOT NULL CHECK (roles > 0)
);

-- A component proves itself by one token that does not expire; only its SHA-256 in hex is kept.
CREATE TABLE component (
    name ${text} NOT NULL PRIMARY KEY,
    token_hash ${text} NOT NULL UNIQUE,
    created_at_ms BIGINT NOT NULL
);
