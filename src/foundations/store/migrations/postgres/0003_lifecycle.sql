CREATE TABLE "visitors_today" (
	"tenant_id" text NOT NULL,
	"day" text NOT NULL,
	"portal" text NOT NULL,
	"visitor" text NOT NULL,
	CONSTRAINT "visitors_today_tenant_id_day_portal_visitor_pk" PRIMARY KEY("tenant_id","day","portal","visitor")
);
--> statement-breakpoint
CREATE TABLE "visitor_days" (
	"tenant_id" text NOT NULL,
	"day" text NOT NULL,
	"portal" text NOT NULL,
	"visitors" bigint NOT NULL,
	CONSTRAINT "visitor_days_tenant_id_day_portal_pk" PRIMARY KEY("tenant_id","day","portal")
);
--> statement-breakpoint
CREATE TABLE "retention_reviews" (
	"tenant_id" text NOT NULL,
	"review_id" text NOT NULL,
	"rule_id" text NOT NULL,
	"category" text NOT NULL,
	"why" text NOT NULL,
	"rows" bigint NOT NULL,
	"due_since" timestamp (3) with time zone NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"kept_until" timestamp (3) with time zone,
	"reason_sealed" "bytea",
	"treat_rule" text,
	"decided_by" text,
	"decided_role" text,
	"decided_at" timestamp (3) with time zone,
	"approved_by" text,
	"sweep_id" text,
	CONSTRAINT "retention_reviews_tenant_id_review_id_pk" PRIMARY KEY("tenant_id","review_id")
);
--> statement-breakpoint
CREATE TABLE "retention_review_rows" (
	"tenant_id" text NOT NULL,
	"rule_id" text NOT NULL,
	"row_key" text NOT NULL,
	"review_id" text NOT NULL,
	CONSTRAINT "retention_review_rows_tenant_id_rule_id_row_key_pk" PRIMARY KEY("tenant_id","rule_id","row_key")
);
--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "warned_for" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "warned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "warned_with" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "warning_message" text;--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "review_id" text;--> statement-breakpoint
ALTER TABLE "sweep_steps" ADD COLUMN "unwarned" bigint;--> statement-breakpoint
CREATE INDEX "retention_reviews_state" ON "retention_reviews" USING btree ("tenant_id","state","opened_at");--> statement-breakpoint
CREATE INDEX "retention_review_rows_review" ON "retention_review_rows" USING btree ("tenant_id","review_id");