-- What may be used and what is: two levels, the project and each user in it. A resource is written and charged
-- in one transaction. most: null is the default of the resource, -1 is without limit.

-- Overrules the defaults the program was built with.
CREATE TABLE quota_default (
    resource ${text} NOT NULL PRIMARY KEY,
    most BIGINT NOT NULL CHECK (most >= -1)
);

CREATE TABLE quota_project (
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    resource ${text} NOT NULL,
    used BIGINT NOT NULL CHECK (used >= 0),
    most BIGINT CHECK (most >= -1),
    PRIMARY KEY (project, resource)
);

-- Without a limit of his own a user may use what his project may. A user who is gone may still have things.
CREATE TABLE quota_user (
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    user_id ${text} NOT NULL,
    resource ${text} NOT NULL,
    used BIGINT NOT NULL CHECK (used >= 0),
    most BIGINT CHECK (most >= -1),
    PRIMARY KEY (project, user_id, resource)
);

CREATE INDEX quota_of_user ON quota_user (user_id, project);
