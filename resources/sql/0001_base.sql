-- The ground everything stands on: version, settings of this cloud, counters, the feed of changes, operations.

CREATE TABLE schema_version (
    version INTEGER NOT NULL PRIMARY KEY,
    name ${text} NOT NULL
);

-- name: "cloud.id", "hypervisor.uri" ...; decided once, at first start.
CREATE TABLE setting (
    name ${text} NOT NULL PRIMARY KEY,
    value ${text} NOT NULL
);

CREATE TABLE counter (
    kind ${text} NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE change (
    seq ${serial},
    at_ms BIGINT NOT NULL,
    kind ${text} NOT NULL,
    id ${text} NOT NULL,
    project ${text} NOT NULL,
    owner ${text} NOT NULL,
    shared INTEGER NOT NULL
);

CREATE INDEX change_by_time ON change (at_ms);

-- Long work. data is what the steps chose before they acted, as JSON; lease is the fencing number.
CREATE TABLE operation (
    id ${text} NOT NULL PRIMARY KEY,
    kind ${text} NOT NULL,
    target_kind ${text} NOT NULL,
    target ${text} NOT NULL,
    target_name ${text} NOT NULL,
    project ${text} NOT NULL,
    owner ${text} NOT NULL,
    shared INTEGER NOT NULL,
    state ${text} NOT NULL CHECK (state IN ('waiting', 'running', 'undoing', 'done', 'failed', 'cancelled')),
    step INTEGER NOT NULL,
    progress INTEGER NOT NULL,
    cancel_wanted INTEGER NOT NULL,
    data ${text} NOT NULL,
    error ${text} NOT NULL,
    lease BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL
);

CREATE UNIQUE INDEX operation_live ON operation (target_kind, target)
    WHERE state IN ('waiting', 'running', 'undoing');

CREATE INDEX operation_by_state ON operation (state, created_at_ms);
CREATE INDEX operation_by_project ON operation (project, updated_at_ms);
