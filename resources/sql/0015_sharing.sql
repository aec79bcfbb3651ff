-- Rights that people give on objects by name, groups of people, and links that open an object to everybody.

-- An object that says by itself who may read and write it. Of a directory that goes for all names below it
-- that have nothing nearer. The row lives while the object is current and stays where it is: a move or the
-- end of the object takes it away.
CREATE TABLE share (
    object ${text} NOT NULL PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,
    container BIGINT NOT NULL REFERENCES container (number) ON DELETE CASCADE,
    name ${text} NOT NULL
);

CREATE UNIQUE INDEX share_by_name ON share (container, name);

-- grantee: a user's id, '<account>:<group>', or '*'. Who may write may read.
CREATE TABLE share_grant (
    object ${text} NOT NULL REFERENCES share (object) ON DELETE CASCADE ON UPDATE CASCADE,
    grantee ${text} NOT NULL,
    may_write SMALLINT NOT NULL CHECK (may_write IN (0, 1)),
    PRIMARY KEY (object, grantee)
);

-- Where, in the order of names, something may change for a grantee: the shared name itself, and the first
-- name below it. With an empty grantee: where anything changes for anybody, also behind each of the two.
-- Between two such places next to one another all names have the same rights.
CREATE TABLE share_edge (
    object ${text} NOT NULL REFERENCES share (object) ON DELETE CASCADE ON UPDATE CASCADE,
    grantee ${text} NOT NULL,
    account ${text} NOT NULL,
    container ${text} NOT NULL,
    name ${text} NOT NULL,
    PRIMARY KEY (object, grantee, name)
);

CREATE INDEX share_edge_by_place ON share_edge (grantee, account, container, name);

-- A group is there while somebody is in it.
CREATE TABLE account_group_member (
    account ${text} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name ${text} NOT NULL,
    member ${text} NOT NULL,
    PRIMARY KEY (account, name, member)
);

CREATE INDEX account_group_by_member ON account_group_member (member, account, name);

-- As share: the link goes with the object's name.
CREATE TABLE public_object (
    id ${text} NOT NULL PRIMARY KEY,
    object ${text} NOT NULL UNIQUE REFERENCES object (id) ON DELETE CASCADE,
    account ${text} NOT NULL,
    container ${text} NOT NULL,
    name ${text} NOT NULL
);

CREATE UNIQUE INDEX public_object_by_place ON public_object (account, container, name);

-- The page that shows stored objects to a browser is an OAuth client of the cloud's own: it has no secret and no
-- address but its own.
INSERT INTO oauth_client (name, secret_hash, trusted, created_at_ms)
VALUES ('pithos-view', '', 1, 0)
ON CONFLICT (name) DO NOTHING;
