INSERT INTO projects (id, name, archived) VALUES
    (1, 'Website', 0),
    (2, 'Payroll', 0),
    (3, 'Website of 2019', 1);

INSERT INTO members (project, person) VALUES
    (1, 'rita'), (1, 'walter'), (1, 'olga'),
    (2, 'olga'),
    (3, 'walter');

INSERT INTO tickets (id, project, author, title, body) VALUES
    (1, 1, 'olga', 'Login page shows the wrong logo', 'Since the last release.'),
    (2, 1, 'walter', 'Typo in the imprint', 'It says "imprnit".'),
    (3, 2, 'olga', 'December salaries', 'Due on the 20th.');
