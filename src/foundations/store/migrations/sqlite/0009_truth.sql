CREATE TABLE `key_generations` (
	`tenant_id` text NOT NULL,
	`bucket` integer NOT NULL,
	`generation` integer NOT NULL,
	`under_way` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `bucket`)
) STRICT;
