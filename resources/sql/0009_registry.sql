-- What the cloud says of its services, and other registries of Keystone.

CREATE TABLE region (
    id ${text} NOT NULL PRIMARY KEY,
    parent ${text} REFERENCES region (id) ON DELETE CASCADE,
    description ${text} NOT NULL
);

CREATE INDEX region_by_parent ON region (parent);

-- The region of our own services; the program knows it by this name.
INSERT INTO region (id, parent, description) VALUES ('RegionOne', NULL, '');

-- What an administrator added. Our own services are not rows: the program knows what it serves.
CREATE TABLE registered_service (
    id ${text} NOT NULL PRIMARY KEY,
    type ${text} NOT NULL,
    name ${text} NOT NULL,
    description ${text} NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1))
);

-- service may be one of our own, which has no row; whoever removes a registered one removes its endpoints.
CREATE TABLE endpoint (
    id ${text} NOT NULL PRIMARY KEY,
    service ${text} NOT NULL,
    interface ${text} NOT NULL CHECK (interface IN ('public', 'internal', 'admin')),
    region ${text} REFERENCES region (id),
    url ${text} NOT NULL,
    name ${text} NOT NULL,
    description ${text} NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1))
);

CREATE INDEX endpoint_by_service ON endpoint (service);
CREATE INDEX endpoint_by_region ON endpoint (region);

-- The endpoints that fit every filter that is not null.
CREATE TABLE endpoint_group (
    id ${text} NOT NULL PRIMARY KEY,
    name ${text} NOT NULL,
    description ${text} NOT NULL,
    interface ${text} CHECK (interface IN ('public', 'internal', 'admin')),
    service ${text},
    region ${text}
);

-- A project with rows here has a catalog of these endpoints only. They may be our own, which have no row.
CREATE TABLE project_endpoint (
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    endpoint ${text} NOT NULL,
    PRIMARY KEY (project, endpoint)
);

CREATE INDEX project_endpoint_by_endpoint ON project_endpoint (endpoint, project);

CREATE TABLE project_endpoint_group (
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    endpoint_group ${text} NOT NULL REFERENCES endpoint_group (id) ON DELETE CASCADE,
    PRIMARY KEY (project, endpoint_group)
);

CREATE INDEX project_endpoint_group_by_group ON project_endpoint_group (endpoint_group, project);

-- A user's secrets for services that ask for them (EC2 keys, certificates ...). blob is told to him and to
-- administrators; of type 'ec2' access is the public half, and the id is
-- made of it.
CREATE TABLE kept_secret (
    id ${text} NOT NULL PRIMARY KEY,
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    project ${text} REFERENCES project (id) ON DELETE CASCADE,
    type ${text} NOT NULL,
    blob ${text} NOT NULL,
    access ${text} NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE INDEX kept_secret_by_user ON kept_secret (user_id, type, id);
CREATE INDEX kept_secret_by_project ON kept_secret (project);

-- Texts that other services read; this cloud's own rules are not kept here.
CREATE TABLE policy (
    id ${text} NOT NULL PRIMARY KEY,
    type ${text} NOT NULL,
    blob ${text} NOT NULL
);

CREATE TABLE oauth1_consumer (
    id ${text} NOT NULL PRIMARY KEY,
    description ${text} NOT NULL,
    secret_hash ${text} NOT NULL
);

-- trustee acts in project with at most these roles of trustor. remaining_uses: null is without end.
CREATE TABLE trust (
    id ${text} NOT NULL PRIMARY KEY,
    trustor ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    trustee ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    roles INTEGER NOT NULL,
    impersonation INTEGER NOT NULL CHECK (impersonation IN (0, 1)),
    remaining_uses BIGINT CHECK (remaining_uses >= 0),
    expires_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL
);

CREATE INDEX trust_by_trustor ON trust (trustor, id);
CREATE INDEX trust_by_trustee ON trust (trustee, id);
CREATE INDEX trust_by_project ON trust (project);

-- The roles of a trust that give nothing here by themselves.
CREATE TABLE trust_role (
    trust ${text} NOT NULL REFERENCES trust (id) ON DELETE CASCADE,
    role ${text} NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (trust, role)
);

CREATE INDEX trust_by_role ON trust_role (role);

-- A token made with a trust is worth what the trust is now.
ALTER TABLE token ADD COLUMN trust ${text} DEFAULT NULL REFERENCES trust (id) ON DELETE CASCADE;

CREATE INDEX token_by_trust ON token (trust);

-- Unified limits of services we do not have; those of our own are the quota tables.
CREATE TABLE registered_limit (
    id ${text} NOT NULL PRIMARY KEY,
    service ${text} NOT NULL,
    region ${text} REFERENCES region (id),
    region_key ${text} NOT NULL,
    resource ${text} NOT NULL,
    most BIGINT NOT NULL CHECK (most >= -1),
    description ${text} NOT NULL,
    UNIQUE (service, region_key, resource)
);

CREATE INDEX registered_limit_by_region ON registered_limit (region);

CREATE TABLE project_limit (
    id ${text} NOT NULL PRIMARY KEY,
    registered ${text} NOT NULL REFERENCES registered_limit (id),
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    most BIGINT NOT NULL CHECK (most >= -1),
    description ${text} NOT NULL,
    UNIQUE (registered, project)
);

CREATE INDEX project_limit_by_project ON project_limit (project, id);

-- What the tokens of an application credential are good for, of those that have any rules at all.
CREATE TABLE access_rule (
    id ${text} NOT NULL PRIMARY KEY,
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    service ${text} NOT NULL,
    method ${text} NOT NULL,
    path ${text} NOT NULL,
    UNIQUE (user_id, service, method, path)
);

CREATE TABLE credential_access_rule (
    credential ${text} NOT NULL REFERENCES application_credential (id) ON DELETE CASCADE,
    rule ${text} NOT NULL REFERENCES access_rule (id),
    PRIMARY KEY (credential, rule)
);

CREATE INDEX credential_access_rule_by_rule ON credential_access_rule (rule);

-- The projects with quota of their own, for the list of unified limits.
CREATE INDEX quota_project_with_most ON quota_project (project, resource) WHERE most IS NOT NULL;
