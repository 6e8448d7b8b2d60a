CREATE TABLE `drp_requests` (
	`tenant_id` text NOT NULL,
	`request_id` text NOT NULL,
	`agent` text NOT NULL,
	`fingerprint` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`payload_sealed` blob,
	`received_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `request_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `drp_requests_fingerprint` ON `drp_requests` (`tenant_id`,`fingerprint`);