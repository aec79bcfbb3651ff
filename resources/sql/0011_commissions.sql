-- Commissions of outside services, the resources they count, and limits that hold for every member of a project.

-- used counts as if every open commission that takes were accepted and none that gives back: it is what limits
-- are held against. pending is how much less it would be the other way round. All that moves either of them
-- keeps 0 <= pending <= used, so an open commission can always be decided both ways.
ALTER TABLE quota_project ADD COLUMN pending BIGINT NOT NULL DEFAULT 0 CHECK (pending BETWEEN 0 AND used);
ALTER TABLE quota_user ADD COLUMN pending BIGINT NOT NULL DEFAULT 0 CHECK (pending BETWEEN 0 AND used);

-- Of every member without a limit of his own.
CREATE TABLE quota_member (
    project ${text} NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    resource ${text} NOT NULL,
    most BIGINT NOT NULL CHECK (most >= -1),
    PRIMARY KEY (project, resource)
);

-- Of system projects; null: the same as of all others.
ALTER TABLE quota_default ADD COLUMN system_most BIGINT CHECK (system_most >= -1);

-- Beside those the program was built with. service names the component that counts it.
CREATE TABLE quota_resource (
    name ${text} NOT NULL PRIMARY KEY,
    unit ${text} NOT NULL,
    description ${text} NOT NULL,
    service ${text} NOT NULL,
    is_ui_visible INTEGER NOT NULL CHECK (is_ui_visible IN (0, 1)),
    is_api_visible INTEGER NOT NULL CHECK (is_api_visible IN (0, 1))
);

-- Issued and not decided yet.
CREATE TABLE commission (
    serial ${serial},
    component ${text} NOT NULL,
    name ${text} NOT NULL,
    issued_at_ms BIGINT NOT NULL
);

CREATE INDEX commission_of_component ON commission (component, serial);

-- An empty user_id: of the project itself. The project has no foreign key: what it uses keeps it.
CREATE TABLE provision (
    commission BIGINT NOT NULL REFERENCES commission (serial) ON DELETE CASCADE,
    project ${text} NOT NULL,
    user_id ${text} NOT NULL,
    resource ${text} NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (commission, project, user_id, resource)
);

CREATE INDEX provision_of_project ON provision (project);
