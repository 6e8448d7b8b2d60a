CREATE TABLE `tenants` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`time_zone` text NOT NULL,
	`jurisdiction` text NOT NULL,
	`language` text NOT NULL,
	`region` text,
	`origins` text NOT NULL,
	`gpc_since` integer NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `api_tokens` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`every_tenant` integer NOT NULL,
	`role` text NOT NULL,
	`label` text NOT NULL,
	`secret_hash` text NOT NULL,
	`seal` text NOT NULL,
	`hint` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer,
	`end_told_at` integer,
	PRIMARY KEY(`tenant_id`, `token_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `api_tokens_secret` ON `api_tokens` (`secret_hash`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`tenant_id` text NOT NULL,
	`caller` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`operation` text NOT NULL,
	`fingerprint` text NOT NULL,
	`result` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `caller`, `idempotency_key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `idempotency_keys_age` ON `idempotency_keys` (`tenant_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `consent_events` (
	`tenant_id` text NOT NULL,
	`event_id` text NOT NULL,
	`subject_id` text NOT NULL,
	`subject_kind` text NOT NULL,
	`purpose_id` text NOT NULL,
	`seq` integer NOT NULL,
	`status` text NOT NULL,
	`consent_type` text NOT NULL,
	`purpose_version` text NOT NULL,
	`notice_id` text NOT NULL,
	`notice_major` integer NOT NULL,
	`notice_minor` integer NOT NULL,
	`notice_hash` text NOT NULL,
	`language` text NOT NULL,
	`controllers` text NOT NULL,
	`act` text NOT NULL,
	`method` text NOT NULL,
	`source` text NOT NULL,
	`jurisdiction` text NOT NULL,
	`evidence_sealed` blob,
	`recorded_at` integer NOT NULL,
	`expires_at` integer,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `event_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `consent_events_current` ON `consent_events` (`tenant_id`,`subject_id`,`purpose_id`,`seq`);--> statement-breakpoint
CREATE INDEX `consent_events_expiry` ON `consent_events` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE INDEX `consent_events_recorded` ON `consent_events` (`tenant_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `subject_links` (
	`tenant_id` text NOT NULL,
	`visitor_id` text NOT NULL,
	`account_id` text NOT NULL,
	`linked_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `visitor_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `subject_links_account` ON `subject_links` (`tenant_id`,`account_id`);--> statement-breakpoint
CREATE INDEX `subject_links_linked` ON `subject_links` (`tenant_id`,`linked_at`);--> statement-breakpoint
CREATE TABLE `notice_texts` (
	`tenant_id` text NOT NULL,
	`notice_hash` text NOT NULL,
	`notice_id` text NOT NULL,
	`version` text NOT NULL,
	`language` text NOT NULL,
	`text` text NOT NULL,
	`first_loaded_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `notice_hash`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `notice_texts_version` ON `notice_texts` (`tenant_id`,`notice_id`,`version`,`language`);--> statement-breakpoint
CREATE TABLE `visits` (
	`tenant_id` text NOT NULL,
	`visit_id` text NOT NULL,
	`occurred_at` integer NOT NULL,
	`portal` text NOT NULL,
	`subject_id` text,
	`life` text NOT NULL,
	`address_sealed` blob,
	`user_agent_sealed` blob,
	`address_index` text,
	`network` text,
	`browser` text NOT NULL,
	`browser_major` text NOT NULL,
	`platform` text NOT NULL,
	`robot` integer NOT NULL,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `visit_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `visits_life` ON `visits` (`tenant_id`,`life`,`occurred_at`,`visit_id`);--> statement-breakpoint
CREATE INDEX `visits_subject` ON `visits` (`tenant_id`,`subject_id`,`occurred_at`);--> statement-breakpoint
CREATE INDEX `visits_address` ON `visits` (`tenant_id`,`address_index`);--> statement-breakpoint
CREATE TABLE `visit_days` (
	`tenant_id` text NOT NULL,
	`day` text NOT NULL,
	`portal` text NOT NULL,
	`browser` text NOT NULL,
	`platform` text NOT NULL,
	`visits` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `day`, `portal`, `browser`, `platform`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `imports` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`kind` text NOT NULL,
	`source_index` text NOT NULL,
	`position` integer NOT NULL,
	`accepted` integer NOT NULL,
	`rejected` integer NOT NULL,
	`rejected_bytes` integer NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	PRIMARY KEY(`tenant_id`, `import_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `imports_source` ON `imports` (`tenant_id`,`kind`,`source_index`);--> statement-breakpoint
CREATE TABLE `import_marks` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`position` integer NOT NULL,
	`prefix_index` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `import_id`, `position`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `profiles` (
	`tenant_id` text NOT NULL,
	`subject_id` text NOT NULL,
	`account_sealed` blob,
	`name_sealed` blob,
	`title_sealed` blob,
	`email_sealed` blob,
	`email_index` text,
	`interests_sealed` blob,
	`city_sealed` blob,
	`country_sealed` blob,
	`statement_sealed` blob,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`last_activity_at` integer NOT NULL,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `subject_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `profiles_email` ON `profiles` (`tenant_id`,`email_index`);--> statement-breakpoint
CREATE INDEX `profiles_activity` ON `profiles` (`tenant_id`,`last_activity_at`);--> statement-breakpoint
CREATE TABLE `associations` (
	`tenant_id` text NOT NULL,
	`association_id` text NOT NULL,
	`subject_id` text,
	`doi` text NOT NULL,
	`role` text NOT NULL,
	`item_version` text NOT NULL,
	`visibility` text NOT NULL,
	`title_sealed` blob,
	`name_sealed` blob NOT NULL,
	`orcid_sealed` blob,
	`published_on` text,
	`ground` text,
	`review_at` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`minimised_at` integer,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `association_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `associations_subject` ON `associations` (`tenant_id`,`subject_id`,`doi`);--> statement-breakpoint
CREATE INDEX `associations_item` ON `associations` (`tenant_id`,`doi`);--> statement-breakpoint
CREATE INDEX `associations_updated` ON `associations` (`tenant_id`,`visibility`,`updated_at`);--> statement-breakpoint
CREATE TABLE `holds` (
	`tenant_id` text NOT NULL,
	`hold_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text,
	`category` text,
	`reference` text NOT NULL,
	`placed_at` integer NOT NULL,
	`placed_by` text NOT NULL,
	`purpose` text,
	`request_id` text,
	`known_as_sealed` blob,
	`until_at` integer,
	`released_at` integer,
	`released_by` text,
	PRIMARY KEY(`tenant_id`, `hold_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `holds_active` ON `holds` (`tenant_id`,`released_at`,`subject_id`);--> statement-breakpoint
CREATE TABLE `retention_plans` (
	`tenant_id` text NOT NULL,
	`plan_id` text NOT NULL,
	`as_of` integer NOT NULL,
	`digest` text NOT NULL,
	`policy_hash` text NOT NULL,
	`plan` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `plan_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `retention_plans_digest` ON `retention_plans` (`tenant_id`,`digest`,`plan_id`);--> statement-breakpoint
CREATE TABLE `sweeps` (
	`tenant_id` text NOT NULL,
	`sweep_id` text NOT NULL,
	`as_of` integer NOT NULL,
	`status` text NOT NULL,
	`plan_digest` text,
	`policy_hash` text NOT NULL,
	`requested_by` text NOT NULL,
	`approved_by` text,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`failure` text,
	`certificate_id` text,
	PRIMARY KEY(`tenant_id`, `sweep_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `sweeps_started` ON `sweeps` (`tenant_id`,`started_at`);--> statement-breakpoint
CREATE TABLE `sweep_steps` (
	`tenant_id` text NOT NULL,
	`sweep_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`position` integer NOT NULL,
	`status` text NOT NULL,
	`due` integer NOT NULL,
	`held` integer NOT NULL,
	`treated` integer NOT NULL,
	`suppressed` integer NOT NULL,
	`batches` integer NOT NULL,
	`remaining` integer,
	`cursor` text,
	`people` integer,
	`digest` text,
	`reach` text,
	`waits_for` text,
	`waits_in_words` text,
	`approved_by` text,
	`certificate_id` text,
	PRIMARY KEY(`tenant_id`, `sweep_id`, `rule_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `sweep_steps_status` ON `sweep_steps` (`status`,`tenant_id`);--> statement-breakpoint
CREATE TABLE `retention_approvals` (
	`tenant_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`reach` text NOT NULL,
	`sweep_id` text NOT NULL,
	`approved_by` text,
	`approved_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `rule_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `clock_marks` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`seen_at` integer NOT NULL,
	`server_offset` integer NOT NULL,
	`confirmed_at` integer,
	`confirmed_by` text
) STRICT;
--> statement-breakpoint
CREATE TABLE `certificates` (
	`tenant_id` text NOT NULL,
	`certificate_id` text NOT NULL,
	`kind` text NOT NULL,
	`issued_at` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `certificate_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `erasures` (
	`tenant_id` text NOT NULL,
	`erasure_id` text NOT NULL,
	`subject_id` text,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`outcome` text,
	`request_id` text,
	`known_as_sealed` blob,
	`held` text,
	`order_sealed` blob,
	PRIMARY KEY(`tenant_id`, `erasure_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `erasures_subject` ON `erasures` (`tenant_id`,`subject_id`);--> statement-breakpoint
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
CREATE TABLE `unconfirmed_requests` (
	`tenant_id` text NOT NULL,
	`unconfirmed_id` text NOT NULL,
	`mailbox_index` text NOT NULL,
	`network_index` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`mail` text NOT NULL,
	`mail_attempts` integer NOT NULL,
	`mail_due_at` integer,
	`asked_sealed` blob,
	PRIMARY KEY(`tenant_id`, `unconfirmed_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `unconfirmed_requests_mail` ON `unconfirmed_requests` (`tenant_id`,`mail`,`mail_due_at`);--> statement-breakpoint
CREATE INDEX `unconfirmed_requests_expires` ON `unconfirmed_requests` (`tenant_id`,`expires_at`);--> statement-breakpoint
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
CREATE TABLE `suppressions` (
	`tenant_id` text NOT NULL,
	`token` text NOT NULL,
	`kind` text NOT NULL,
	`erasure_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `token`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `suppressions_erasure` ON `suppressions` (`tenant_id`,`erasure_id`);--> statement-breakpoint
CREATE INDEX `suppressions_expiry` ON `suppressions` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `disclosures` (
	`tenant_id` text NOT NULL,
	`disclosure_id` text NOT NULL,
	`kind` text NOT NULL,
	`purpose` text NOT NULL,
	`reference` text,
	`target` text NOT NULL,
	`recipient` text,
	`status` text NOT NULL,
	`requested_by` text NOT NULL,
	`requested_at` integer NOT NULL,
	`decided_by` text,
	`decided_at` integer,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`tenant_id`, `disclosure_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `disclosures_requested` ON `disclosures` (`tenant_id`,`requested_at`);--> statement-breakpoint
CREATE TABLE `policy_sets` (
	`tenant_id` text NOT NULL,
	`hash` text NOT NULL,
	`content` text NOT NULL,
	`first_loaded_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `hash`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `register_facts` (
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`entity_id` text NOT NULL,
	`version` integer NOT NULL,
	`value` text,
	`valid_from` integer NOT NULL,
	`valid_until` integer,
	`recorded_at` integer NOT NULL,
	`recorded_by` text NOT NULL,
	`reason` text,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `kind`, `entity_id`, `version`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `register_facts_recorded` ON `register_facts` (`tenant_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `breach_events` (
	`tenant_id` text NOT NULL,
	`breach_id` text NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`occurred_at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`recorded_by` text NOT NULL,
	`facts` text NOT NULL,
	`text_sealed` blob,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `breach_id`, `seq`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `breach_events_recorded` ON `breach_events` (`tenant_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `outbox_messages` (
	`tenant_id` text NOT NULL,
	`message_id` text NOT NULL,
	`topic` text NOT NULL,
	`party` text NOT NULL,
	`channel` text NOT NULL,
	`target_sealed` blob NOT NULL,
	`payload_sealed` blob NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`next_attempt_at` integer,
	`delivered_at` integer,
	`failure` text,
	PRIMARY KEY(`tenant_id`, `message_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `outbox_messages_due` ON `outbox_messages` (`tenant_id`,`status`,`next_attempt_at`);--> statement-breakpoint
CREATE INDEX `outbox_messages_topic` ON `outbox_messages` (`tenant_id`,`topic`,`created_at`);--> statement-breakpoint
CREATE TABLE `webhook_secrets` (
	`tenant_id` text NOT NULL,
	`party` text NOT NULL,
	`number` integer NOT NULL,
	`ends_at` integer,
	PRIMARY KEY(`tenant_id`, `party`, `number`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `leases` (
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`holder` text NOT NULL,
	`fence` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `name`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `data_steps` (
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`cursor` text,
	`row_count` integer NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	PRIMARY KEY(`tenant_id`, `name`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `job_runs` (
	`tenant_id` text NOT NULL,
	`run_key` text NOT NULL,
	`job` text NOT NULL,
	`holder` text NOT NULL,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`failure` text,
	PRIMARY KEY(`tenant_id`, `run_key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `job_runs_job` ON `job_runs` (`tenant_id`,`job`,`started_at`);--> statement-breakpoint
CREATE TABLE `key_generations` (
	`tenant_id` text NOT NULL,
	`bucket` integer NOT NULL,
	`generation` integer NOT NULL,
	`under_way` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `bucket`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `audit_entries` (
	`tenant_id` text NOT NULL,
	`entry_id` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`actor` text NOT NULL,
	`role` text NOT NULL,
	`action` text NOT NULL,
	`subject` text,
	`subject_index` text,
	`policy_hash` text NOT NULL,
	`request_id` text NOT NULL,
	`detail` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `entry_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_entries_subject` ON `audit_entries` (`tenant_id`,`subject_index`);--> statement-breakpoint
CREATE INDEX `audit_entries_action` ON `audit_entries` (`tenant_id`,`action`,`entry_id`);--> statement-breakpoint
CREATE TABLE `audit_pending` (
	`tenant_id` text NOT NULL,
	`entry_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `entry_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_leaves` (
	`tenant_id` text NOT NULL,
	`leaf_index` integer NOT NULL,
	`entry_id` text NOT NULL,
	`version` integer NOT NULL,
	`salt` blob NOT NULL,
	PRIMARY KEY(`tenant_id`, `leaf_index`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `log_leaves_entry` ON `log_leaves` (`tenant_id`,`entry_id`);--> statement-breakpoint
CREATE TABLE `log_tiles` (
	`tenant_id` text NOT NULL,
	`level` integer NOT NULL,
	`tile_index` integer NOT NULL,
	`hashes` blob NOT NULL,
	PRIMARY KEY(`tenant_id`, `level`, `tile_index`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_heads` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`generation` integer NOT NULL,
	`origin` text NOT NULL,
	`leaf_version` integer NOT NULL,
	`size` integer NOT NULL,
	`checkpoint` text,
	`checkpoint_size` integer NOT NULL,
	`signed_at` integer,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_witnessed` (
	`tenant_id` text NOT NULL,
	`generation` integer NOT NULL,
	`size` integer NOT NULL,
	`checkpoint` text NOT NULL,
	`witnessed_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `generation`, `size`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `evidence_unlocks` (
	`tenant_id` text NOT NULL,
	`unlock_id` text NOT NULL,
	`reason` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `unlock_id`)
) STRICT;

--> statement-breakpoint
-- What is evidence cannot be edited: only deleted, and only inside a transaction that holds a row of evidence_unlocks.
CREATE TRIGGER consent_events_no_update BEFORE UPDATE OF tenant_id, event_id, subject_id, subject_kind, purpose_id, seq, status, consent_type, purpose_version, notice_id, notice_major, notice_minor, notice_hash, language, controllers, act, method, source, jurisdiction, recorded_at, expires_at, policy_hash ON consent_events
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER consent_events_no_delete BEFORE DELETE ON consent_events
WHEN NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
--> statement-breakpoint
-- What is sealed in evidence may be sealed anew under another key: in a transaction that holds a row of evidence_unlocks, and to the same length.
CREATE TRIGGER consent_events_forget_only BEFORE UPDATE OF evidence_sealed ON consent_events
WHEN length(NEW.evidence_sealed) <> length(OLD.evidence_sealed) OR (OLD.evidence_sealed IS NULL AND NEW.evidence_sealed IS NOT NULL)
  OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE OF tenant_id, entry_id, recorded_at, actor, role, action, subject, policy_hash, request_id, detail ON audit_entries
BEGIN SELECT RAISE(ABORT, 'evidence: audit_entries is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
WHEN NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: audit_entries is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER certificates_no_update BEFORE UPDATE OF tenant_id, certificate_id, kind, issued_at, body ON certificates
BEGIN SELECT RAISE(ABORT, 'evidence: certificates is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates
WHEN NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: certificates is append-only'); END;
--> statement-breakpoint
-- The log is evidence: places, tiles and cosigned heads stay as they are; a tile may only grow.
CREATE TRIGGER log_leaves_no_update BEFORE UPDATE ON log_leaves
BEGIN SELECT RAISE(ABORT, 'evidence: log_leaves is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER log_leaves_no_delete BEFORE DELETE ON log_leaves
BEGIN SELECT RAISE(ABORT, 'evidence: log_leaves is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER log_witnessed_no_update BEFORE UPDATE ON log_witnessed
BEGIN SELECT RAISE(ABORT, 'evidence: log_witnessed is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER log_witnessed_no_delete BEFORE DELETE ON log_witnessed
BEGIN SELECT RAISE(ABORT, 'evidence: log_witnessed is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER notice_texts_no_update BEFORE UPDATE ON notice_texts
BEGIN SELECT RAISE(ABORT, 'evidence: notice_texts is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER notice_texts_no_delete BEFORE DELETE ON notice_texts
BEGIN SELECT RAISE(ABORT, 'evidence: notice_texts is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER log_tiles_only_grow BEFORE UPDATE ON log_tiles
WHEN NEW.tenant_id <> OLD.tenant_id OR NEW.level <> OLD.level OR NEW.tile_index <> OLD.tile_index
  OR length(NEW.hashes) <= length(OLD.hashes) OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes
BEGIN SELECT RAISE(ABORT, 'evidence: log_tiles is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER log_tiles_no_delete BEFORE DELETE ON log_tiles
BEGIN SELECT RAISE(ABORT, 'evidence: log_tiles is append-only'); END;
--> statement-breakpoint
-- The register and the breach register are evidence: only ever added to.
CREATE TRIGGER policy_sets_no_update BEFORE UPDATE ON policy_sets
BEGIN SELECT RAISE(ABORT, 'evidence: policy_sets is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER policy_sets_no_delete BEFORE DELETE ON policy_sets
BEGIN SELECT RAISE(ABORT, 'evidence: policy_sets is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER register_facts_no_update BEFORE UPDATE ON register_facts
BEGIN SELECT RAISE(ABORT, 'evidence: register_facts is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER register_facts_no_delete BEFORE DELETE ON register_facts
BEGIN SELECT RAISE(ABORT, 'evidence: register_facts is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER breach_events_no_update BEFORE UPDATE OF tenant_id, breach_id, seq, kind, occurred_at, recorded_at, recorded_by, facts, policy_hash ON breach_events
BEGIN SELECT RAISE(ABORT, 'evidence: breach_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER breach_events_no_delete BEFORE DELETE ON breach_events
BEGIN SELECT RAISE(ABORT, 'evidence: breach_events is append-only'); END;
--> statement-breakpoint
-- What happened to a request is evidence: only ever added to, until its retention ends.
CREATE TRIGGER request_events_no_update BEFORE UPDATE ON request_events
BEGIN SELECT RAISE(ABORT, 'evidence: request_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER request_events_no_delete BEFORE DELETE ON request_events
WHEN NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: request_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER breach_events_reseal_only BEFORE UPDATE OF text_sealed ON breach_events
WHEN length(NEW.text_sealed) IS NOT length(OLD.text_sealed) OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: breach_events is append-only'); END;
--> statement-breakpoint
-- Whose entry it was may be forgotten, and nothing else; never remembered again.
CREATE TRIGGER audit_entries_forget_only BEFORE UPDATE OF subject_index ON audit_entries
WHEN NEW.subject_index IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'evidence: audit_entries is append-only'); END;
