CREATE TABLE `departures` (
	`tenant_id` text NOT NULL,
	`departure_id` text NOT NULL,
	`choice` text NOT NULL,
	`ends_on` text NOT NULL,
	`reason` text NOT NULL,
	`agreement` text,
	`status` text NOT NULL,
	`digest` text NOT NULL,
	`found` text NOT NULL,
	`proposed_by` text NOT NULL,
	`proposed_at` integer NOT NULL,
	`decided_by` text,
	`decided_at` integer,
	`returned_at` integer,
	`return_digest` text,
	`return_size` integer,
	`acknowledged_by` text,
	`acknowledged_at` integer,
	`deletion_by` text,
	`deletion_at` integer,
	`progress` text,
	`deleted_at` integer,
	`certificate` text,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `departure_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `finished_logs` (
	`tenant_id` text NOT NULL,
	`generation` integer NOT NULL,
	`origin` text NOT NULL,
	`size` integer NOT NULL,
	`root` text NOT NULL,
	`checkpoint` text NOT NULL,
	`verifier_key` text NOT NULL,
	`key_set` text NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `generation`)
) STRICT;
--> statement-breakpoint
ALTER TABLE `tenants` ADD `leaving_since` integer;