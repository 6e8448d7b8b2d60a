CREATE TABLE `policy_proposals` (
	`tenant_id` text NOT NULL,
	`proposal_id` text NOT NULL,
	`status` text NOT NULL,
	`in_force_from` text NOT NULL,
	`reason` text NOT NULL,
	`base` text NOT NULL,
	`overlay` text NOT NULL,
	`policy_hash` text NOT NULL,
	`files` text NOT NULL,
	`difference` text NOT NULL,
	`numbers` text NOT NULL,
	`digest` text NOT NULL,
	`proposed_at` integer NOT NULL,
	`proposed_by` text NOT NULL,
	`decided_at` integer,
	`decided_by` text,
	`because` text,
	`fact_version` integer,
	PRIMARY KEY(`tenant_id`, `proposal_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `policy_proposals_status` ON `policy_proposals` (`status`);