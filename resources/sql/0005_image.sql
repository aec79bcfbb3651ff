-- Images: objects that pin a map and carry what a guest needs to know. Bases: the raw form of a content.

CREATE TABLE image (
    id ${text} NOT NULL PRIMARY KEY REFERENCES object (id),
    name ${text} NOT NULL,
    project ${text} NOT NULL,
    owner ${text} NOT NULL,
    shared INTEGER NOT NULL,
    status ${text} NOT NULL
        CHECK (status IN ('queued', 'saving', 'active', 'killed', 'deactivated')),
    visibility ${text} NOT NULL CHECK (visibility IN ('public', 'community', 'shared', 'private')),
    disk_format ${text} NOT NULL,
    container_format ${text} NOT NULL,
    size_bytes BIGINT NOT NULL,
    virtual_bytes BIGINT NOT NULL,
    min_disk_gib BIGINT NOT NULL,
    min_ram_mib BIGINT NOT NULL,
    protected INTEGER NOT NULL,
    hidden INTEGER NOT NULL,
    upload BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL
);

CREATE INDEX image_by_creation ON image (created_at_ms, id);
CREATE INDEX image_by_project ON image (project, created_at_ms, id);
CREATE INDEX image_by_name ON image (name, id);

CREATE TABLE image_property (
    image ${text} NOT NULL REFERENCES image (id) ON DELETE CASCADE,
    name ${text} NOT NULL,
    value ${text} NOT NULL,
    PRIMARY KEY (image, name)
);

CREATE TABLE image_tag (
    image ${text} NOT NULL REFERENCES image (id) ON DELETE CASCADE,
    tag ${text} NOT NULL,
    PRIMARY KEY (image, tag)
);

-- generation is part of the file name. A dying base is on its way out; one needed again gets the next
-- generation.
CREATE TABLE base (
    map BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    state ${text} NOT NULL CHECK (state IN ('live', 'dying')),
    size_bytes BIGINT NOT NULL,
    made_at_ms BIGINT NOT NULL,
    PRIMARY KEY (map, generation)
);

CREATE UNIQUE INDEX base_live ON base (map) WHERE state = 'live';
CREATE INDEX base_dying ON base (map) WHERE state = 'dying';

CREATE TABLE base_ref (
    map BIGINT NOT NULL REFERENCES map (number),
    server ${text} NOT NULL,
    PRIMARY KEY (map, server)
);
