-- Who has which role in which organisation, now: a token says what was so when it was issued.
CREATE TABLE accounts (
    subject TEXT NOT NULL,
    org TEXT NOT NULL,
    role TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (subject, org)
) STRICT, WITHOUT ROWID;

CREATE TABLE projects (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL,
    name TEXT NOT NULL,
    archived INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE members (
    project INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    person TEXT NOT NULL,
    relation TEXT NOT NULL,
    PRIMARY KEY (project, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE tickets (
    -- AUTOINCREMENT: the key of a deleted ticket never comes back as another one's.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project INTEGER NOT NULL REFERENCES projects (id),
    author TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX tickets_of_project ON tickets (project);
