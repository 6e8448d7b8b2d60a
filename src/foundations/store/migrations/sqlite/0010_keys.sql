CREATE TABLE `webhook_secrets` (
	`tenant_id` text NOT NULL,
	`party` text NOT NULL,
	`number` integer NOT NULL,
	`ends_at` integer,
	PRIMARY KEY(`tenant_id`, `party`, `number`)
) STRICT;
