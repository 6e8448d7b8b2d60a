DROP INDEX `visits_life`;--> statement-breakpoint
CREATE INDEX `visits_life` ON `visits` (`tenant_id`,`life`,`occurred_at`,`visit_id`);--> statement-breakpoint
ALTER TABLE `imports` ADD `rejected_bytes` integer NOT NULL;