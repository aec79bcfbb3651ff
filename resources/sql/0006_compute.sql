-- Servers with their flavors and keys, and the networks they stand in. Who pays is a project's id without a
-- foreign key: a deleted server's row outlives its project for a day.

-- One row per sizes and disk template. number is the Synnefo face's id, flavor_id the OpenStack face's.
CREATE TABLE flavor (
    number BIGINT NOT NULL PRIMARY KEY,
    flavor_id ${text} NOT NULL UNIQUE,
    name ${text} NOT NULL,
    vcpus INTEGER NOT NULL CHECK (vcpus > 0),
    memory_mib INTEGER NOT NULL CHECK (memory_mib > 0),
    disk_gib INTEGER NOT NULL CHECK (disk_gib >= 0),
    disk_template ${text} NOT NULL,
    is_public INTEGER NOT NULL,
    UNIQUE (vcpus, memory_mib, disk_gib, disk_template)
);

CREATE TABLE keypair (
    owner ${text} NOT NULL,
    name ${text} NOT NULL,
    number BIGINT NOT NULL UNIQUE,
    public_key ${text} NOT NULL,
    fingerprint ${text} NOT NULL,
    type ${text} NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (owner, name)
);

-- The flavor is kept as it was at creation. metadata is a JSON object: it is read and written whole, with the
-- row. power_charged: cpu and ram are charged for it now. delete_wanted: it goes as soon as its operation ends.
CREATE TABLE server (
    id ${text} NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    name ${text} NOT NULL,
    host_name ${text} NOT NULL,
    project ${text} NOT NULL,
    owner ${text} NOT NULL,
    shared INTEGER NOT NULL,
    state ${text} NOT NULL CHECK (state IN ('building', 'running', 'off', 'paused', 'saved', 'shelved', 'offloaded',
        'resized', 'rescue', 'failed', 'unknown', 'deleted')),
    task ${text} NOT NULL CHECK (task IN ('', 'building', 'starting', 'stopping', 'rebooting', 'hard-rebooting',
        'deleting')),
    fault ${text} NOT NULL,
    flavor_number BIGINT NOT NULL,
    flavor_id ${text} NOT NULL,
    flavor_name ${text} NOT NULL,
    vcpus INTEGER NOT NULL,
    memory_mib INTEGER NOT NULL,
    disk_gib INTEGER NOT NULL,
    disk_template ${text} NOT NULL,
    image ${text} NOT NULL,
    image_name ${text} NOT NULL,
    map_number BIGINT NOT NULL,
    key_name ${text} NOT NULL,
    metadata ${text} NOT NULL,
    description ${text} NOT NULL,
    access_ipv4 ${text} NOT NULL,
    access_ipv6 ${text} NOT NULL,
    manual_disk INTEGER NOT NULL,
    ssh_port INTEGER UNIQUE,
    power_charged INTEGER NOT NULL,
    delete_wanted INTEGER NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    launched_at_ms BIGINT,
    deleted_at_ms BIGINT
);

CREATE INDEX server_by_project ON server (project, created_at_ms, id);
CREATE INDEX server_by_time ON server (created_at_ms, id);
CREATE INDEX server_by_deletion ON server (deleted_at_ms) WHERE deleted_at_ms IS NOT NULL;

-- A public network has no project and no owner: everybody sees it, nobody changes it.
CREATE TABLE network (
    id ${text} NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    name ${text} NOT NULL,
    host_name ${text} NOT NULL UNIQUE,
    project ${text} NOT NULL,
    owner ${text} NOT NULL,
    shared INTEGER NOT NULL,
    is_public INTEGER NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL
);

-- IPv4 addresses are numbers, so that the next free one is found by an index.
CREATE TABLE subnet (
    id ${text} NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    network ${text} NOT NULL REFERENCES network (id) ON DELETE CASCADE,
    name ${text} NOT NULL,
    base BIGINT NOT NULL,
    prefix INTEGER NOT NULL CHECK (prefix BETWEEN 8 AND 30),
    gateway BIGINT NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL CHECK (last >= first)
);

CREATE INDEX subnet_of_network ON subnet (network);

CREATE TABLE port (
    id ${text} NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    network ${text} NOT NULL REFERENCES network (id),
    server ${text} NOT NULL REFERENCES server (id),
    mac ${text} NOT NULL UNIQUE,
    address BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    UNIQUE (network, address)
);

CREATE INDEX port_of_server ON port (server);
