-- What Pithos' face asks of objects: by their metadata, by time, and their MD5 where it came later.

-- The user metadata of current states, so that objects are found by it in the order of their names.
CREATE TABLE object_meta (
    container BIGINT NOT NULL REFERENCES container (number) ON DELETE CASCADE,
    name ${text} NOT NULL,
    object_name ${text} NOT NULL,
    value ${text} NOT NULL,
    version BIGINT NOT NULL REFERENCES version (number) ON DELETE CASCADE,
    PRIMARY KEY (container, name, object_name)
);

CREATE INDEX object_meta_by_value ON object_meta (container, name, value, object_name);
CREATE INDEX object_meta_of_version ON object_meta (version);

INSERT INTO object_meta (container, name, object_name, value, version)
SELECT version.container, version_property.name, version.name, version_property.value, version.number
FROM version
JOIN version_property ON version_property.version = version.number AND version_property.scope = 'user'
WHERE version.valid_to_ms IS NULL;

-- What began and what ended in a container since a time: the difference between now and then.
CREATE INDEX version_begun ON version (container, valid_from_ms) WHERE valid_to_ms IS NULL;
CREATE INDEX version_past_begun ON version (container, valid_from_ms) WHERE valid_to_ms IS NOT NULL;
CREATE INDEX version_past_ended ON version (container, valid_to_ms) WHERE valid_to_ms IS NOT NULL;

-- Contents made from blocks that are too large to be read at once; their MD5 is still to come.
CREATE INDEX map_without_md5 ON map (number) WHERE md5 = '' AND state = 'live';
