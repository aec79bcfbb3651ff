-- Signing in by a browser: sessions, one-time links, sign-ups, OAuth 2, and what users tell the administrator.
-- Every hash is the SHA-256 of a secret in hex; the secret itself is nowhere.

CREATE TABLE web_session (
    hash ${text} NOT NULL PRIMARY KEY,
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);

CREATE INDEX web_session_by_user ON web_session (user_id);
CREATE INDEX web_session_by_expiry ON web_session (expires_at_ms);

-- One link a user and origin: one that somebody asks for in the log does not end the administrator's.
CREATE TABLE reset_link (
    hash ${text} NOT NULL PRIMARY KEY,
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    origin ${text} NOT NULL CHECK (origin IN ('admin', 'log')),
    expires_at_ms BIGINT NOT NULL,
    UNIQUE (user_id, origin)
);

CREATE INDEX reset_link_by_expiry ON reset_link (expires_at_ms);

-- An invitation names the account: who holds it learns nothing about other names.
CREATE TABLE invitation (
    id ${text} NOT NULL PRIMARY KEY,
    hash ${text} NOT NULL UNIQUE,
    name ${text} NOT NULL,
    email ${text} NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);

CREATE INDEX invitation_by_expiry ON invitation (expires_at_ms);

-- Names may repeat, here and among the users: whether one is taken is told to the administrator only.
CREATE TABLE sign_up (
    id ${text} NOT NULL PRIMARY KEY,
    name ${text} NOT NULL,
    email ${text} NOT NULL,
    real_name ${text} NOT NULL,
    reason ${text} NOT NULL,
    password_hash ${text} NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE INDEX sign_up_by_time ON sign_up (created_at_ms, id);

CREATE TABLE oauth_client (
    name ${text} NOT NULL PRIMARY KEY,
    secret_hash ${text} NOT NULL,
    trusted INTEGER NOT NULL CHECK (trusted IN (0, 1)),
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE oauth_redirect (
    client ${text} NOT NULL REFERENCES oauth_client (name) ON DELETE CASCADE,
    uri ${text} NOT NULL,
    PRIMARY KEY (client, uri)
);

-- A code ends with the session that gave it. redirect_uri: as asked, empty when it was left out.
CREATE TABLE oauth_code (
    hash ${text} NOT NULL PRIMARY KEY,
    client ${text} NOT NULL REFERENCES oauth_client (name) ON DELETE CASCADE,
    session ${text} NOT NULL REFERENCES web_session (hash) ON DELETE CASCADE,
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    redirect_uri ${text} NOT NULL,
    scope ${text} NOT NULL,
    used INTEGER NOT NULL CHECK (used IN (0, 1)),
    expires_at_ms BIGINT NOT NULL
);

CREATE INDEX oauth_code_by_client ON oauth_code (client);
CREATE INDEX oauth_code_by_session ON oauth_code (session);
CREATE INDEX oauth_code_by_user ON oauth_code (user_id);
CREATE INDEX oauth_code_by_expiry ON oauth_code (expires_at_ms);

CREATE TABLE oauth_access (
    hash ${text} NOT NULL PRIMARY KEY,
    code ${text} NOT NULL REFERENCES oauth_code (hash) ON DELETE CASCADE,
    expires_at_ms BIGINT NOT NULL
);

CREATE INDEX oauth_access_by_code ON oauth_access (code);
CREATE INDEX oauth_access_by_expiry ON oauth_access (expires_at_ms);

-- user_id names no row: what somebody said stays when he is gone.
CREATE TABLE feedback (
    number BIGINT NOT NULL PRIMARY KEY,
    user_id ${text} NOT NULL,
    message ${text} NOT NULL,
    data ${text} NOT NULL,
    created_at_ms BIGINT NOT NULL
);
