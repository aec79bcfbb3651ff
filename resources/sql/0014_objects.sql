-- What the object faces need beyond the places of 0004: counters that are exact in the same transaction,
-- properties, what a listing shows, and the history by name.

ALTER TABLE account ADD COLUMN updated_at_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN containers BIGINT NOT NULL DEFAULT 0 CHECK (containers >= 0);
ALTER TABLE account ADD COLUMN objects BIGINT NOT NULL DEFAULT 0 CHECK (objects >= 0);
ALTER TABLE account ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0 CHECK (bytes >= 0);

-- payer: the project whose quota is charged; empty is the account itself. objects and bytes count current
-- versions, history_bytes the others.
ALTER TABLE container ADD COLUMN payer ${text} NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN objects BIGINT NOT NULL DEFAULT 0 CHECK (objects >= 0);
ALTER TABLE container ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0 CHECK (bytes >= 0);
ALTER TABLE container ADD COLUMN history_bytes BIGINT NOT NULL DEFAULT 0 CHECK (history_bytes >= 0);

-- kind: plain, or a manifest of segments, or a symbolic link. etag: hex, of a manifest what its kind says,
-- empty while unknown. shown_bytes: what a listing tells where it is not what is stored.
ALTER TABLE version ADD COLUMN kind ${text} NOT NULL DEFAULT 'plain';
ALTER TABLE version ADD COLUMN etag ${text} NOT NULL DEFAULT '';
ALTER TABLE version ADD COLUMN shown_bytes BIGINT;
ALTER TABLE version ADD COLUMN delete_at_ms BIGINT;

-- The state of a name at a time t is the version whose valid_to_ms is the first beyond t, if it began before.
CREATE INDEX version_past ON version (container, name, valid_to_ms) WHERE valid_to_ms IS NOT NULL;
CREATE INDEX version_past_by_age ON version (valid_to_ms) WHERE valid_to_ms IS NOT NULL;
CREATE INDEX version_expiring ON version (delete_at_ms) WHERE delete_at_ms IS NOT NULL AND valid_to_ms IS NULL;

-- scope: user is what people call metadata; system is what the store acts on (keys of temporary URLs, access
-- lists, quotas, headers to send). Names in lower case.
CREATE TABLE account_property (
    account ${text} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    scope ${text} NOT NULL CHECK (scope IN ('user', 'system')),
    name ${text} NOT NULL,
    value ${text} NOT NULL,
    PRIMARY KEY (account, scope, name)
);

CREATE TABLE container_property (
    container BIGINT NOT NULL REFERENCES container (number) ON DELETE CASCADE,
    scope ${text} NOT NULL CHECK (scope IN ('user', 'system')),
    name ${text} NOT NULL,
    value ${text} NOT NULL,
    PRIMARY KEY (container, scope, name)
);

CREATE TABLE version_property (
    version BIGINT NOT NULL REFERENCES version (number) ON DELETE CASCADE,
    scope ${text} NOT NULL CHECK (scope IN ('user', 'system')),
    name ${text} NOT NULL,
    value ${text} NOT NULL,
    PRIMARY KEY (version, scope, name)
);

-- What earlier versions of the program stored: images only.
UPDATE version SET etag = (SELECT map.md5 FROM map WHERE map.number = version.map);
UPDATE container SET
    objects = (SELECT COUNT(*) FROM version
        WHERE version.container = container.number AND version.valid_to_ms IS NULL),
    bytes = (SELECT COALESCE(SUM(version.size_bytes), 0) FROM version
        WHERE version.container = container.number AND version.valid_to_ms IS NULL);
UPDATE account SET
    updated_at_ms = created_at_ms,
    containers = (SELECT COUNT(*) FROM container WHERE container.account = account.id),
    objects = (SELECT COALESCE(SUM(container.objects), 0) FROM container WHERE container.account = account.id),
    bytes = (SELECT COALESCE(SUM(container.bytes), 0) FROM container WHERE container.account = account.id);
