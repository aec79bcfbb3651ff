-- People, groups, roles and assignments.

-- extras: what a client said of the thing beyond what we know, a line each (model/identity/extras.h).
ALTER TABLE domain ADD COLUMN extras ${text} NOT NULL DEFAULT '';

-- parent: null right below the domain. It never changes.
ALTER TABLE project ADD COLUMN parent ${text} REFERENCES project (id);
ALTER TABLE project ADD COLUMN extras ${text} NOT NULL DEFAULT '';

CREATE INDEX project_by_parent ON project (parent);
CREATE INDEX project_by_name ON project (name, id);

-- What stands above a project: its domain (level 0), the projects on the way (1 and on). Roles are inherited
-- along it.
CREATE TABLE project_above (
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    above ${text} NOT NULL,
    level INTEGER NOT NULL CHECK (level >= 0),
    PRIMARY KEY (project, above)
);

CREATE INDEX project_below ON project_above (above, project);
INSERT INTO project_above (project, above, level) SELECT id, domain, 0 FROM project;

CREATE TABLE project_tag (
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    tag ${text} NOT NULL,
    PRIMARY KEY (project, tag)
);

CREATE INDEX project_by_tag ON project_tag (tag, project);

-- default_chosen: 0 when nobody chose his default project; a sign-in without a scope is unscoped then.
ALTER TABLE identity_user ADD COLUMN extras ${text} NOT NULL DEFAULT '';
ALTER TABLE identity_user ADD COLUMN options ${text} NOT NULL DEFAULT '';
ALTER TABLE identity_user ADD COLUMN default_chosen INTEGER NOT NULL DEFAULT 1;
ALTER TABLE identity_user ADD COLUMN password_set_at_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE identity_user ADD COLUMN password_expires_at_ms BIGINT;
ALTER TABLE identity_user ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0;
ALTER TABLE identity_user ADD COLUMN failed_sign_ins INTEGER NOT NULL DEFAULT 0;
ALTER TABLE identity_user ADD COLUMN last_failed_at_ms BIGINT NOT NULL DEFAULT 0;
UPDATE identity_user SET password_set_at_ms = created_at_ms;

CREATE TABLE former_password (
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    set_at_ms BIGINT NOT NULL,
    password_hash ${text} NOT NULL,
    PRIMARY KEY (user_id, set_at_ms)
);

CREATE TABLE user_group (
    id ${text} NOT NULL PRIMARY KEY,
    domain ${text} NOT NULL REFERENCES domain (id),
    name ${text} NOT NULL,
    description ${text} NOT NULL,
    extras ${text} NOT NULL,
    created_at_ms BIGINT NOT NULL,
    UNIQUE (domain, name)
);

CREATE INDEX group_by_name ON user_group (name, id);

CREATE TABLE group_member (
    group_id ${text} NOT NULL REFERENCES user_group (id) ON DELETE CASCADE,
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
);

CREATE INDEX group_of_user ON group_member (user_id, group_id);

-- bit: that of model/identity/caller.h for the built-in ones, 32 for the others, which open nothing of ours.
-- A role of a domain reaches nobody itself; it stands for those it implies.
CREATE TABLE role (
    id ${text} NOT NULL PRIMARY KEY,
    name ${text} NOT NULL,
    domain ${text} REFERENCES domain (id),
    description ${text} NOT NULL,
    extras ${text} NOT NULL,
    bit INTEGER NOT NULL CHECK (bit > 0)
);

CREATE UNIQUE INDEX role_by_name ON role (name, COALESCE(domain, ''));
CREATE INDEX role_by_domain ON role (domain);
INSERT INTO role (id, name, description, extras, bit) VALUES
    ('ea79cd14-0450-4209-b6f0-bbd832f8c6a4', 'reader', '', '', 1),
    ('bd9fb63a-2597-40e7-9d4b-6b66ad6fbd29', 'member', '', '', 2),
    ('80e6911b-4472-4c37-a215-e8627a7caa29', 'manager', '', '', 4),
    ('2853aafa-dda4-4a1f-a6e8-421c7c6571c9', 'admin', '', '', 8),
    ('52e23246-af22-429e-8c7f-992c951c442b', 'ResellerAdmin', '', '', 16);

CREATE TABLE role_inference (
    prior ${text} NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    implied ${text} NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (prior, implied)
);

CREATE INDEX inference_by_implied ON role_inference (implied);
INSERT INTO role_inference (prior, implied) VALUES
    ('2853aafa-dda4-4a1f-a6e8-421c7c6571c9', '80e6911b-4472-4c37-a215-e8627a7caa29'),
    ('80e6911b-4472-4c37-a215-e8627a7caa29', 'bd9fb63a-2597-40e7-9d4b-6b66ad6fbd29'),
    ('bd9fb63a-2597-40e7-9d4b-6b66ad6fbd29', 'ea79cd14-0450-4209-b6f0-bbd832f8c6a4');

-- What a role gives in the end, itself included: kept, so that a token check follows no chain.
CREATE TABLE role_closure (
    prior ${text} NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    implied ${text} NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (prior, implied)
);

CREATE INDEX closure_by_implied ON role_closure (implied);
INSERT INTO role_closure (prior, implied) SELECT id, id FROM role;
INSERT INTO role_closure (prior, implied)
    SELECT p.id, i.id FROM role p, role i WHERE p.bit <= 8 AND i.bit < p.bit;

-- Every grant but a built-in role of a user on a project, which is a bit of his membership. actor: a user or a
-- group; target: a project, a domain, or the word 'system'. inherited: holds in the projects below the target
-- instead of in the target itself.
CREATE TABLE role_grant (
    actor ${text} NOT NULL,
    is_group INTEGER NOT NULL CHECK (is_group IN (0, 1)),
    target ${text} NOT NULL,
    target_kind ${text} NOT NULL CHECK (target_kind IN ('project', 'domain', 'system')),
    inherited INTEGER NOT NULL CHECK (inherited IN (0, 1)),
    role ${text} NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (actor, target, inherited, role)
);

CREATE INDEX grant_by_target ON role_grant (target, actor, role);
CREATE INDEX grant_by_role ON role_grant (role, target);

-- The roles of a credential that are none of the built-in ones.
CREATE TABLE application_credential_role (
    credential ${text} NOT NULL REFERENCES application_credential (id) ON DELETE CASCADE,
    role ${text} NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (credential, role)
);

CREATE INDEX credential_by_role ON application_credential_role (role);

-- The end of a credential as its maker wrote it: ours are milliseconds, some clients compare the text.
ALTER TABLE application_credential ADD COLUMN expires_text ${text} NOT NULL DEFAULT '';

-- Tokens for a domain and for the system. A check cannot be changed in SQLite, so the table is made anew.
CREATE TABLE newer_token (
    hash ${text} NOT NULL PRIMARY KEY,
    kind ${text} NOT NULL CHECK (kind IN ('synnefo', 'unscoped', 'project', 'credential', 'domain', 'system')),
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    project ${text} REFERENCES project (id) ON DELETE CASCADE,
    domain ${text} REFERENCES domain (id) ON DELETE CASCADE,
    credential ${text} REFERENCES application_credential (id) ON DELETE CASCADE,
    methods ${text} NOT NULL,
    audit_id ${text} NOT NULL,
    parent_audit_id ${text} NOT NULL,
    issued_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    CHECK ((kind IN ('project', 'credential')) = (project IS NOT NULL)),
    CHECK ((kind = 'credential') = (credential IS NOT NULL)),
    CHECK ((kind = 'domain') = (domain IS NOT NULL))
);

INSERT INTO newer_token (hash, kind, user_id, project, credential, methods, audit_id, parent_audit_id,
        issued_at_ms, expires_at_ms)
    SELECT hash, kind, user_id, project, credential, methods, audit_id, parent_audit_id, issued_at_ms,
        expires_at_ms FROM token;
DROP TABLE token;
ALTER TABLE newer_token RENAME TO token;
CREATE INDEX token_by_expiry ON token (expires_at_ms);
CREATE INDEX token_by_user ON token (user_id, kind);
CREATE INDEX token_by_project ON token (project);
CREATE INDEX token_by_domain ON token (domain);
CREATE INDEX token_by_credential ON token (credential);
