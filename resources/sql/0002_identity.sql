-- Who there is: domains, users, projects, who belongs where, and what proves it.

CREATE TABLE domain (
    id ${text} NOT NULL PRIMARY KEY,
    name ${text} NOT NULL UNIQUE,
    description ${text} NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1))
);

INSERT INTO domain (id, name, description, enabled) VALUES ('default', 'Default', 'The default domain', 1);

-- A system project has the uuid of its user.
CREATE TABLE project (
    id ${text} NOT NULL PRIMARY KEY,
    domain ${text} NOT NULL REFERENCES domain (id),
    name ${text} NOT NULL,
    description ${text} NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    is_system INTEGER NOT NULL CHECK (is_system IN (0, 1)),
    created_at_ms BIGINT NOT NULL,
    UNIQUE (domain, name)
);

-- name_key is the name in lower case: two users never differ by case alone. An empty password_hash fits no
-- password. has_first_password: the one made up for him at first start still opens the door.
CREATE TABLE identity_user (
    id ${text} NOT NULL PRIMARY KEY,
    domain ${text} NOT NULL REFERENCES domain (id),
    name ${text} NOT NULL,
    name_key ${text} NOT NULL,
    email ${text} NOT NULL,
    real_name ${text} NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    password_hash ${text} NOT NULL,
    has_first_password INTEGER NOT NULL CHECK (has_first_password IN (0, 1)),
    default_project ${text} NOT NULL REFERENCES project (id),
    created_at_ms BIGINT NOT NULL,
    UNIQUE (domain, name_key)
);

CREATE INDEX user_by_default_project ON identity_user (default_project);
CREATE INDEX user_by_name_key ON identity_user (name_key);

-- Users who are gone, for the names of those who made what is still there.
CREATE TABLE former_user (
    id ${text} NOT NULL PRIMARY KEY,
    name ${text} NOT NULL,
    deleted_at_ms BIGINT NOT NULL
);

-- roles: the bits of model/identity/caller.h, without what they imply.
CREATE TABLE membership (
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    roles INTEGER NOT NULL,
    state ${text} NOT NULL CHECK (state IN ('requested', 'accepted', 'leave_requested', 'suspended',
        'rejected', 'cancelled', 'removed')),
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (project, user_id)
);

CREATE INDEX membership_by_user ON membership (user_id, project);

CREATE TABLE application_credential (
    id ${text} NOT NULL PRIMARY KEY,
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    name ${text} NOT NULL,
    description ${text} NOT NULL,
    secret_hash ${text} NOT NULL,
    roles INTEGER NOT NULL,
    unrestricted INTEGER NOT NULL CHECK (unrestricted IN (0, 1)),
    expires_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    UNIQUE (user_id, name)
);

CREATE INDEX credential_by_project ON application_credential (project);

-- hash: SHA-256 of the token in hex; the token itself is nowhere. A revoked token has no row.
CREATE TABLE token (
    hash ${text} NOT NULL PRIMARY KEY,
    kind ${text} NOT NULL CHECK (kind IN ('synnefo', 'unscoped', 'project', 'credential')),
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    project ${text} REFERENCES project (id) ON DELETE CASCADE,
    credential ${text} REFERENCES application_credential (id) ON DELETE CASCADE,
    methods ${text} NOT NULL,
    audit_id ${text} NOT NULL,
    parent_audit_id ${text} NOT NULL,
    issued_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    CHECK ((kind IN ('project', 'credential')) = (project IS NOT NULL)),
    CHECK ((kind = 'credential') = (credential IS NOT NULL))
);

CREATE INDEX token_by_expiry ON token (expires_at_ms);
CREATE INDEX token_by_user ON token (user_id, kind);
CREATE INDEX token_by_project ON token (project);
CREATE INDEX token_by_credential ON token (credential);
