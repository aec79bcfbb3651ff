-- The history of a container by age, for containers that keep it for fewer days than others, and how much there
-- is in all; and the symbolic links of a container by name, which listings tell the targets of.
CREATE INDEX version_past_in_container ON version (container, valid_to_ms) WHERE valid_to_ms IS NOT NULL;
CREATE INDEX container_history_rule ON container_property (container)
    WHERE scope = 'system' AND name = 'history-days';
CREATE INDEX container_with_history ON container (history_bytes) WHERE history_bytes > 0;
CREATE INDEX version_symlinks ON version (container, name) WHERE kind = 'symlink' AND valid_to_ms IS NULL;
