CREATE TABLE eperson (
  eperson_id integer, email varchar(64), password varchar(128), can_log_in boolean, require_certificate boolean,
  self_registered boolean, last_active timestamp, sub_frequency integer, netid varchar(64), salt varchar(32),
  digest_algorithm varchar(16), uuid uuid PRIMARY KEY
);
CREATE TABLE metadataschemaregistry (metadata_schema_id integer PRIMARY KEY, namespace varchar(256), short_id varchar(32));
CREATE TABLE metadatafieldregistry (
  metadata_field_id integer PRIMARY KEY, metadata_schema_id integer NOT NULL, element varchar(64), qualifier varchar(64), scope_note text
);
CREATE TABLE metadatavalue (
  metadata_value_id integer PRIMARY KEY, metadata_field_id integer, text_value text, text_lang varchar(24), place integer,
  authority varchar(100), confidence integer, dspace_object_id uuid
);
INSERT INTO metadataschemaregistry VALUES (1, 'http://dublincore.org/documents/dcmi-terms/', 'dc'), (2, 'http://dspace.org/eperson', 'eperson');
INSERT INTO metadatafieldregistry VALUES (1, 2, 'firstname', NULL, NULL), (2, 2, 'lastname', NULL, NULL), (3, 2, 'orcid', NULL, NULL), (4, 2, 'orcid', 'scope', NULL), (5, 1, 'title', NULL, NULL);
INSERT INTO eperson (eperson_id, email, last_active, uuid) VALUES
 (1, 'lena@example.org', '2026-04-01 12:00:00.5', '6b1c0f2e-0000-4000-8000-000000000001'),
 (2, 'new@example.org', NULL, '6b1c0f2e-0000-4000-8000-000000000002');
INSERT INTO metadatavalue (metadata_value_id, metadata_field_id, text_value, place, dspace_object_id) VALUES
 (1, 1, 'Lena', 0, '6b1c0f2e-0000-4000-8000-000000000001'), (2, 2, 'Brandt', 0, '6b1c0f2e-0000-4000-8000-000000000001'),
 (3, 3, '0000-0002-1825-0097', 0, '6b1c0f2e-0000-4000-8000-000000000001'), (4, 4, '/read-limited', 0, '6b1c0f2e-0000-4000-8000-000000000001');
