ALTER TABLE `consent_events` ADD `age_check` text;--> statement-breakpoint
ALTER TABLE `consent_events` ADD `parental_method` text;--> statement-breakpoint
ALTER TABLE `consent_events` ADD `parental_sealed` blob;--> statement-breakpoint
ALTER TABLE `profiles` ADD `statement_special_id` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `obtained_from` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `obtained_at` integer;--> statement-breakpoint
ALTER TABLE `profiles` ADD `inform_state` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `inform_by` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `inform_because` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `informed_at` integer;--> statement-breakpoint
ALTER TABLE `profiles` ADD `informed_under` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `inform_exemption` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `inform_exemption_reason` text;--> statement-breakpoint
CREATE INDEX `profiles_special` ON `profiles` (`tenant_id`,`statement_special_id`);--> statement-breakpoint
CREATE INDEX `profiles_inform` ON `profiles` (`tenant_id`,`inform_state`,`inform_by`);--> statement-breakpoint
ALTER TABLE `associations` ADD `title_special_id` text;--> statement-breakpoint
ALTER TABLE `associations` ADD `obtained_from` text;--> statement-breakpoint
ALTER TABLE `associations` ADD `obtained_at` integer;--> statement-breakpoint
ALTER TABLE `associations` ADD `inform_state` text;--> statement-breakpoint
ALTER TABLE `associations` ADD `inform_by` text;--> statement-breakpoint
ALTER TABLE `associations` ADD `inform_because` text;--> statement-breakpoint
ALTER TABLE `associations` ADD `informed_at` integer;--> statement-breakpoint
ALTER TABLE `associations` ADD `informed_under` text;--> statement-breakpoint
ALTER TABLE `associations` ADD `inform_exemption` text;--> statement-breakpoint
ALTER TABLE `associations` ADD `inform_exemption_reason` text;--> statement-breakpoint
CREATE INDEX `associations_special` ON `associations` (`tenant_id`,`title_special_id`);--> statement-breakpoint
CREATE INDEX `associations_inform` ON `associations` (`tenant_id`,`inform_state`,`inform_by`,`association_id`);--> statement-breakpoint
ALTER TABLE `request_texts` ADD `special_id` text;--> statement-breakpoint
CREATE INDEX `request_texts_special` ON `request_texts` (`tenant_id`,`special_id`);--> statement-breakpoint
CREATE TRIGGER consent_events_no_update_of_age BEFORE UPDATE OF age_check, parental_method ON consent_events
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER consent_events_parental_reseal_only BEFORE UPDATE OF parental_sealed ON consent_events
WHEN length(NEW.parental_sealed) IS NOT length(OLD.parental_sealed)
  OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
