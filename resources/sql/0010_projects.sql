-- The life of a Synnefo project.

-- What Synnefo's face knows of a project beyond its row in project. One applied for has a life before it has that
-- row: the row comes with the first approval and carries name and description from then on; a project made
-- elsewhere gets a life at its first change here. No foreign key therefore. What state a project is in:
--   no row      uninitialized if that stands here, else deleted
--   a row       active while it is enabled; else terminated if that stands here, else suspended
-- max_members: 2^63-1 is without limit. application: the latest.
CREATE TABLE project_life (
    project ${text} NOT NULL PRIMARY KEY,
    state ${text} NOT NULL CHECK (state IN ('uninitialized', 'active', 'suspended', 'terminated', 'deleted')),
    name ${text} NOT NULL,
    owner ${text},
    homepage ${text} NOT NULL,
    description ${text} NOT NULL,
    end_at_ms BIGINT NOT NULL,
    join_policy ${text} NOT NULL CHECK (join_policy IN ('auto', 'moderated', 'closed')),
    leave_policy ${text} NOT NULL CHECK (leave_policy IN ('auto', 'moderated', 'closed')),
    max_members BIGINT NOT NULL CHECK (max_members >= 0),
    is_private INTEGER NOT NULL CHECK (is_private IN (0, 1)),
    application BIGINT,
    created_at_ms BIGINT NOT NULL,
    deactivated_at_ms BIGINT
);

CREATE INDEX life_by_owner ON project_life (owner, project);
CREATE INDEX life_by_name ON project_life (name, project);
CREATE INDEX life_by_state ON project_life (state, project);
CREATE INDEX life_public ON project_life (project) WHERE is_private = 0;
CREATE INDEX life_by_end ON project_life (end_at_ms) WHERE state = 'active';
CREATE INDEX project_disabled ON project (id) WHERE enabled = 0;

-- What is asked for; null stays as it is. is_charged: it counts in its applicant's astakos.pending_app while it
-- is pending.
CREATE TABLE project_application (
    number ${serial},
    project ${text} NOT NULL REFERENCES project_life (project),
    state ${text} NOT NULL CHECK (state IN ('pending', 'approved', 'replaced', 'denied', 'dismissed', 'cancelled')),
    applicant ${text} NOT NULL,
    is_charged INTEGER NOT NULL CHECK (is_charged IN (0, 1)),
    comments ${text} NOT NULL,
    start_at_ms BIGINT,
    name ${text},
    owner ${text},
    homepage ${text},
    description ${text},
    end_at_ms BIGINT,
    join_policy ${text},
    leave_policy ${text},
    max_members BIGINT,
    is_private INTEGER,
    reason ${text} NOT NULL,
    created_at_ms BIGINT NOT NULL,
    decided_at_ms BIGINT
);

CREATE INDEX application_of_project ON project_application (project, number);
CREATE UNIQUE INDEX application_pending ON project_application (project) WHERE state = 'pending';
CREATE INDEX application_of_applicant ON project_application (applicant, number) WHERE state = 'pending';

CREATE TABLE project_application_limit (
    application BIGINT NOT NULL REFERENCES project_application (number),
    resource ${text} NOT NULL,
    project_capacity BIGINT NOT NULL,
    member_capacity BIGINT NOT NULL CHECK (member_capacity <= project_capacity),
    PRIMARY KEY (application, resource)
);

-- The number of a membership in Synnefo's face. A table of its own, because whoever makes a member writes a row
-- of membership without one; it outlives that row, so that who comes back has his number again.
CREATE TABLE membership_number (
    number ${serial},
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    UNIQUE (project, user_id)
);

CREATE INDEX membership_number_of_user ON membership_number (user_id, project);

-- When a membership was last in a state.
CREATE TABLE membership_date (
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    user_id ${text} NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
    state ${text} NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (project, user_id, state)
);

CREATE INDEX membership_date_of_user ON membership_date (user_id);
