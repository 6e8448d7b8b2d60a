CREATE TABLE `import_marks` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`position` integer NOT NULL,
	`prefix_index` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `import_id`, `position`)
) STRICT;
