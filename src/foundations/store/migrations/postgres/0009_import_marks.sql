CREATE TABLE "import_marks" (
	"tenant_id" text NOT NULL,
	"import_id" text NOT NULL,
	"position" bigint NOT NULL,
	"prefix_index" text NOT NULL,
	CONSTRAINT "import_marks_tenant_id_import_id_position_pk" PRIMARY KEY("tenant_id","import_id","position")
);
