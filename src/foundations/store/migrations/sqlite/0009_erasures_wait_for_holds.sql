ALTER TABLE `erasures` ADD `held` text;--> statement-breakpoint
ALTER TABLE `erasures` ADD `order_sealed` blob;