ALTER TABLE `profiles` ADD `orcid_sealed` blob;--> statement-breakpoint
ALTER TABLE `profiles` ADD `closed_at` integer;--> statement-breakpoint
ALTER TABLE `holds` ADD `since_at` integer;--> statement-breakpoint
ALTER TABLE `requests` ADD `imported_at` integer;