-- Content: blocks, the maps made of them, and the objects that pin maps. The bytes lie outside; here are names
-- and numbers only.

-- One row per hash (SHA-256 of the trimmed block). The stored file carries the generation. refs counts the
-- places of maps that name the block, over all accounts. A dying block is on its way out and never revived:
-- whoever needs it again writes the next generation.
CREATE TABLE block (
    hash ${blob} NOT NULL PRIMARY KEY,
    generation BIGINT NOT NULL,
    state ${text} NOT NULL CHECK (state IN ('live', 'dying')),
    size_bytes BIGINT NOT NULL,
    refs BIGINT NOT NULL CHECK (refs >= 0),
    touched_at_ms BIGINT NOT NULL
);

CREATE INDEX block_unused ON block (touched_at_ms) WHERE refs = 0 AND state = 'live';
CREATE INDEX block_dying ON block (hash) WHERE state = 'dying';

-- Who may say that he has the block: an account that refers to it or brought it lately.
CREATE TABLE block_ref (
    hash ${blob} NOT NULL REFERENCES block (hash),
    account ${text} NOT NULL,
    refs BIGINT NOT NULL CHECK (refs >= 0),
    touched_at_ms BIGINT NOT NULL,
    PRIMARY KEY (hash, account)
);

CREATE INDEX block_ref_unused ON block_ref (touched_at_ms) WHERE refs = 0;

-- A content of one account. root is the Merkle root of its hashes; it does not tell how many NULs end the
-- content, so the size belongs to the key. pins counts who refers to it: versions, bases, disks to come.
-- MD5 and SHA-512 are hex, empty while unknown; format is what inspection found, empty before it.
CREATE TABLE map (
    number ${serial},
    account ${text} NOT NULL,
    state ${text} NOT NULL CHECK (state IN ('building', 'live', 'dying')),
    root ${blob},
    size_bytes BIGINT NOT NULL,
    block_bytes BIGINT NOT NULL CHECK (block_bytes > 0),
    pins BIGINT NOT NULL CHECK (pins >= 0),
    md5 ${text} NOT NULL,
    sha512 ${text} NOT NULL,
    format ${text} NOT NULL,
    virtual_bytes BIGINT NOT NULL,
    touched_at_ms BIGINT NOT NULL
);

CREATE UNIQUE INDEX map_by_key ON map (account, root, size_bytes, block_bytes) WHERE state = 'live';
CREATE INDEX map_unfinished ON map (state, touched_at_ms) WHERE state <> 'live';

CREATE TABLE map_block (
    map BIGINT NOT NULL REFERENCES map (number),
    position BIGINT NOT NULL,
    hash ${blob} NOT NULL,
    PRIMARY KEY (map, position)
);

-- What a reader found damaged, until a check finds it whole again.
CREATE TABLE block_damage (
    hash ${blob} NOT NULL PRIMARY KEY,
    found_at_ms BIGINT NOT NULL,
    reason ${text} NOT NULL
);

-- An account's id is a project's id.
CREATE TABLE account (
    id ${text} NOT NULL PRIMARY KEY,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE container (
    number ${serial},
    account ${text} NOT NULL REFERENCES account (id),
    name ${text} NOT NULL,
    versioning ${text} NOT NULL CHECK (versioning IN ('auto', 'none')),
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    UNIQUE (account, name)
);

-- What stays the same through versions and moves. Where it lies is said by its current version.
CREATE TABLE object (
    id ${text} NOT NULL PRIMARY KEY,
    account ${text} NOT NULL REFERENCES account (id),
    created_at_ms BIGINT NOT NULL
);

-- valid_to_ms is null while the version is the current one; the listing index holds only those.
CREATE TABLE version (
    number ${serial},
    object ${text} NOT NULL REFERENCES object (id),
    container BIGINT NOT NULL REFERENCES container (number),
    name ${text} NOT NULL,
    map BIGINT NOT NULL REFERENCES map (number),
    size_bytes BIGINT NOT NULL,
    content_type ${text} NOT NULL,
    author ${text} NOT NULL,
    valid_from_ms BIGINT NOT NULL,
    valid_to_ms BIGINT
);

CREATE UNIQUE INDEX version_current ON version (container, name) WHERE valid_to_ms IS NULL;
CREATE UNIQUE INDEX version_of_object ON version (object) WHERE valid_to_ms IS NULL;
CREATE INDEX version_history ON version (object, valid_from_ms);
CREATE INDEX version_of_map ON version (map);
