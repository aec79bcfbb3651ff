-- Whether a server's seed still holds what its first boot needs: password, files, user data.

ALTER TABLE server ADD COLUMN seed_secrets INTEGER NOT NULL DEFAULT 1;

CREATE INDEX server_with_seed_secrets ON server (updated_at_ms) WHERE seed_secrets = 1;
