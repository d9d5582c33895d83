INSERT INTO accounts (subject, org, role) VALUES
    ('rita', 'acme', 'reader'),
    ('walter', 'acme', 'writer'),
    ('olga', 'acme', 'writer'),
    ('ada', 'acme', 'admin'),
    ('gita', 'globex', 'writer'),
    ('gus', 'globex', 'admin'),
    ('cora', 'acme', 'admin'),
    ('cora', 'globex', 'reader');

INSERT INTO projects (id, org, name, archived) VALUES
    (1, 'acme', 'Website', 0),
    (2, 'acme', 'Payroll', 0),
    (3, 'acme', 'Website of 2019', 1),
    (4, 'globex', 'Warehouse', 0);

INSERT INTO members (project, person, relation) VALUES
    (1, 'rita', 'viewer'), (1, 'walter', 'member'), (1, 'olga', 'member'),
    (2, 'olga', 'member'),
    (3, 'walter', 'member'),
    (4, 'gita', 'member'), (4, 'cora', 'viewer');

INSERT INTO tickets (id, project, author, title, body) VALUES
    (1, 1, 'olga', 'Login page shows the wrong logo', 'Since the last release.'),
    (2, 1, 'walter', 'Typo in the imprint', 'It says "imprnit".'),
    (3, 2, 'olga', 'December salaries', 'Due on the 20th.'),
    (4, 4, 'gita', 'Gate 3 does not close', 'Since the storm.');
