CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    author TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

-- What the provider gave for a session. Its tokens are secrets: whoever reads them is who logged in.
CREATE TABLE provider_login (
    session TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    provider_session TEXT,
    roles TEXT NOT NULL,
    id_token TEXT NOT NULL,
    refresh_token TEXT,
    stated_ms INTEGER NOT NULL,
    asked_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
