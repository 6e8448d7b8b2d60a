CREATE TABLE authenticateduser (
  id serial PRIMARY KEY, affiliation varchar(255), createdtime timestamp NOT NULL, deactivated boolean NOT NULL DEFAULT false,
  deactivatedtime timestamp, email varchar(255) NOT NULL UNIQUE, emailconfirmed timestamp, firstname varchar(255),
  lastapiusetime timestamp, lastlogintime timestamp, lastname varchar(255), position varchar(255), superuser boolean,
  useridentifier varchar(255) NOT NULL UNIQUE
);
CREATE TABLE authenticateduserlookup (
  id serial PRIMARY KEY, authenticationproviderid varchar(255), persistentuserid varchar(255),
  authenticateduser_id bigint NOT NULL UNIQUE REFERENCES authenticateduser
);
CREATE TABLE builtinuser (
  id serial PRIMARY KEY, encryptedpassword varchar(255), passwordencryptionversion integer, username varchar(255) NOT NULL UNIQUE
);
INSERT INTO authenticateduser (createdtime, email, firstname, lastname, position, lastlogintime, deactivated, deactivatedtime, useridentifier) VALUES
 ('2019-03-01 10:00:00', 'mira@example.org', 'Mira', 'Sole', 'Researcher', '2026-01-05 09:30:00.123', false, NULL, 'msole'),
 ('2018-03-01 10:00:00', 'tom@example.org', 'Tom', NULL, NULL, NULL, true, '2024-06-01 00:00:00', 'tom');
INSERT INTO authenticateduserlookup (authenticationproviderid, persistentuserid, authenticateduser_id) VALUES
 ('orcid', '0000-0002-1825-0097', 1), ('builtin', 'tom', 2);
INSERT INTO builtinuser (username) VALUES ('tom');
