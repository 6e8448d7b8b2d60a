CREATE TABLE `erasure_parts` (
	`tenant_id` text NOT NULL,
	`erasure_id` text NOT NULL,
	`holder` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer,
	`cursor` text,
	`reference` text,
	`outcome` text,
	`failure` text,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `erasure_id`, `holder`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `erasure_parts_due` ON `erasure_parts` (`tenant_id`,`status`,`next_attempt_at`);--> statement-breakpoint
CREATE TABLE `requests` (
	`tenant_id` text NOT NULL,
	`request_id` text NOT NULL,
	`reference` text NOT NULL,
	`type` text NOT NULL,
	`state` text NOT NULL,
	`seq` integer NOT NULL,
	`subject_id` text,
	`channel` text NOT NULL,
	`received_at` integer NOT NULL,
	`due_on` text,
	`target_on` text,
	`assigned_to` text,
	`duplicate_of` text,
	`requester_sealed` blob,
	`requester_index` text,
	`follow_hash` text,
	`opened_at` integer NOT NULL,
	`closed_at` integer,
	`updated_at` integer NOT NULL,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `request_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `requests_reference` ON `requests` (`tenant_id`,`reference`);--> statement-breakpoint
CREATE INDEX `requests_state` ON `requests` (`tenant_id`,`state`,`due_on`);--> statement-breakpoint
CREATE INDEX `requests_subject` ON `requests` (`tenant_id`,`subject_id`);--> statement-breakpoint
CREATE INDEX `requests_requester` ON `requests` (`tenant_id`,`requester_index`);--> statement-breakpoint
CREATE INDEX `requests_closed` ON `requests` (`tenant_id`,`closed_at`);--> statement-breakpoint
CREATE TABLE `request_events` (
	`tenant_id` text NOT NULL,
	`request_id` text NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`occurred_at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`recorded_by` text NOT NULL,
	`facts` text NOT NULL,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `request_id`, `seq`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `request_events_recorded` ON `request_events` (`tenant_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `request_texts` (
	`tenant_id` text NOT NULL,
	`request_id` text NOT NULL,
	`seq` integer NOT NULL,
	`text_sealed` blob NOT NULL,
	`recorded_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `request_id`, `seq`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `identity_checks` (
	`tenant_id` text NOT NULL,
	`check_id` text NOT NULL,
	`request_id` text NOT NULL,
	`method` text NOT NULL,
	`status` text NOT NULL,
	`code_hash` text,
	`tries` integer NOT NULL,
	`asked_at` integer NOT NULL,
	`expires_at` integer,
	`decided_at` integer,
	`decided_by` text,
	PRIMARY KEY(`tenant_id`, `check_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `identity_checks_request` ON `identity_checks` (`tenant_id`,`request_id`);--> statement-breakpoint
CREATE INDEX `identity_checks_open` ON `identity_checks` (`tenant_id`,`status`,`expires_at`);--> statement-breakpoint
CREATE TABLE `identity_documents` (
	`tenant_id` text NOT NULL,
	`document_id` text NOT NULL,
	`request_id` text NOT NULL,
	`check_id` text NOT NULL,
	`media_type` text NOT NULL,
	`content_sealed` blob NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `document_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `identity_documents_request` ON `identity_documents` (`tenant_id`,`request_id`);--> statement-breakpoint
CREATE TABLE `packages` (
	`tenant_id` text NOT NULL,
	`package_id` text NOT NULL,
	`request_id` text,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`subject_id` text,
	`snapshot_at` integer NOT NULL,
	`package_order` text NOT NULL,
	`manifest` text,
	`bytes` integer,
	`sha256` text,
	`prepared_by` text NOT NULL,
	`approved_by` text,
	`approved_at` integer,
	`release` text,
	`link_hash` text,
	`link_expires_at` integer,
	`released_at` integer,
	`delivered_at` integer,
	`destroy_after` integer,
	`destroyed_at` integer,
	`failure` text,
	`created_at` integer NOT NULL,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `package_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `packages_request` ON `packages` (`tenant_id`,`request_id`);--> statement-breakpoint
CREATE INDEX `packages_status` ON `packages` (`tenant_id`,`status`,`destroy_after`);--> statement-breakpoint
CREATE INDEX `packages_subject` ON `packages` (`tenant_id`,`subject_id`);--> statement-breakpoint
CREATE TABLE `package_chunks` (
	`tenant_id` text NOT NULL,
	`package_id` text NOT NULL,
	`position` integer NOT NULL,
	`content_sealed` blob NOT NULL,
	PRIMARY KEY(`tenant_id`, `package_id`, `position`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `recipient_disclosures` (
	`tenant_id` text NOT NULL,
	`disclosure_id` text NOT NULL,
	`subject_id` text NOT NULL,
	`party` text NOT NULL,
	`categories` text NOT NULL,
	`reference_sealed` blob,
	`disclosed_at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `disclosure_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `recipient_disclosures_subject` ON `recipient_disclosures` (`tenant_id`,`subject_id`,`party`);--> statement-breakpoint
CREATE INDEX `recipient_disclosures_disclosed` ON `recipient_disclosures` (`tenant_id`,`disclosed_at`);--> statement-breakpoint
CREATE TABLE `recipient_tasks` (
	`tenant_id` text NOT NULL,
	`task_id` text NOT NULL,
	`request_id` text,
	`party` text NOT NULL,
	`what` text NOT NULL,
	`categories` text NOT NULL,
	`channel` text NOT NULL,
	`status` text NOT NULL,
	`message_id` text,
	`due_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`answered_at` integer,
	`answer` text,
	`identifiers_sealed` blob,
	`reason_sealed` blob,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `task_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `recipient_tasks_request` ON `recipient_tasks` (`tenant_id`,`request_id`);--> statement-breakpoint
CREATE INDEX `recipient_tasks_status` ON `recipient_tasks` (`tenant_id`,`status`,`due_at`);--> statement-breakpoint
CREATE INDEX `recipient_tasks_message` ON `recipient_tasks` (`tenant_id`,`message_id`);--> statement-breakpoint
CREATE TABLE `opendsr_requests` (
	`tenant_id` text NOT NULL,
	`direction` text NOT NULL,
	`subject_request_id` text NOT NULL,
	`counterpart` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`fingerprint` text NOT NULL,
	`request_id` text,
	`task_id` text,
	`payload_sealed` blob,
	`received_at` integer NOT NULL,
	`expected_at` integer,
	`next_poll_at` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `direction`, `subject_request_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `opendsr_requests_request` ON `opendsr_requests` (`tenant_id`,`request_id`);--> statement-breakpoint
CREATE INDEX `opendsr_requests_poll` ON `opendsr_requests` (`tenant_id`,`direction`,`status`,`next_poll_at`);--> statement-breakpoint
ALTER TABLE `holds` ADD `purpose` text;--> statement-breakpoint
ALTER TABLE `holds` ADD `request_id` text;--> statement-breakpoint
ALTER TABLE `erasures` ADD `request_id` text;--> statement-breakpoint
ALTER TABLE `erasures` ADD `known_as_sealed` blob;