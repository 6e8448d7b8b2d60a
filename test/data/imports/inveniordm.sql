CREATE TABLE accounts_user (
  id serial PRIMARY KEY, email varchar(255) UNIQUE, domain varchar(255), password varchar(255), active boolean, confirmed_at timestamp,
  version_id integer NOT NULL, profile jsonb, preferences jsonb, username varchar(255) UNIQUE, displayname varchar(255),
  blocked_at timestamp, verified_at timestamp, created timestamp NOT NULL, updated timestamp NOT NULL
);
CREATE TABLE accounts_user_login_information (
  user_id integer PRIMARY KEY REFERENCES accounts_user, last_login_at timestamp, current_login_at timestamp,
  last_login_ip varchar(50), current_login_ip varchar(50), login_count integer
);
CREATE TABLE accounts_useridentity (
  id varchar(255) NOT NULL, method varchar(255) NOT NULL, id_user integer NOT NULL REFERENCES accounts_user,
  created timestamp NOT NULL, updated timestamp NOT NULL, PRIMARY KEY (id, method)
);
INSERT INTO accounts_user (email, active, confirmed_at, version_id, profile, created, updated) VALUES
 ('yara@example.org', true, '2023-01-02 00:00:00', 1, '{"full_name": "Yara Costa", "affiliations": "Example University"}', '2023-01-01 08:00:00', '2024-01-01 08:00:00'),
 ('spam@example.org', true, NULL, 1, NULL, '2023-01-01 08:00:00', '2023-01-01 08:00:00');
INSERT INTO accounts_user_login_information (user_id, current_login_at) VALUES (1, '2026-03-01 07:00:00');
INSERT INTO accounts_useridentity VALUES ('0000-0002-1825-0097', 'orcid', 1, '2023-01-01', '2023-01-01');
