CREATE TABLE "erasure_parts" (
	"tenant_id" text NOT NULL,
	"erasure_id" text NOT NULL,
	"holder" text NOT NULL,
	"status" text NOT NULL,
	"attempts" bigint NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"cursor" text,
	"reference" text,
	"outcome" jsonb,
	"failure" text,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "erasure_parts_tenant_id_erasure_id_holder_pk" PRIMARY KEY("tenant_id","erasure_id","holder")
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"tenant_id" text NOT NULL,
	"request_id" text NOT NULL,
	"reference" text NOT NULL,
	"type" text NOT NULL,
	"state" text NOT NULL,
	"seq" bigint NOT NULL,
	"subject_id" text,
	"channel" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"due_on" text,
	"target_on" text,
	"assigned_to" text,
	"duplicate_of" text,
	"requester_sealed" "bytea",
	"requester_index" text,
	"follow_hash" text,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "requests_tenant_id_request_id_pk" PRIMARY KEY("tenant_id","request_id")
);
--> statement-breakpoint
CREATE TABLE "request_events" (
	"tenant_id" text NOT NULL,
	"request_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"recorded_by" text NOT NULL,
	"facts" jsonb NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "request_events_tenant_id_request_id_seq_pk" PRIMARY KEY("tenant_id","request_id","seq")
);
--> statement-breakpoint
CREATE TABLE "request_texts" (
	"tenant_id" text NOT NULL,
	"request_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"text_sealed" "bytea" NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "request_texts_tenant_id_request_id_seq_pk" PRIMARY KEY("tenant_id","request_id","seq")
);
--> statement-breakpoint
CREATE TABLE "identity_checks" (
	"tenant_id" text NOT NULL,
	"check_id" text NOT NULL,
	"request_id" text NOT NULL,
	"method" text NOT NULL,
	"status" text NOT NULL,
	"code_hash" text,
	"tries" bigint NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text,
	CONSTRAINT "identity_checks_tenant_id_check_id_pk" PRIMARY KEY("tenant_id","check_id")
);
--> statement-breakpoint
CREATE TABLE "identity_documents" (
	"tenant_id" text NOT NULL,
	"document_id" text NOT NULL,
	"request_id" text NOT NULL,
	"check_id" text NOT NULL,
	"media_type" text NOT NULL,
	"content_sealed" "bytea" NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "identity_documents_tenant_id_document_id_pk" PRIMARY KEY("tenant_id","document_id")
);
--> statement-breakpoint
CREATE TABLE "packages" (
	"tenant_id" text NOT NULL,
	"package_id" text NOT NULL,
	"request_id" text,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"subject_id" text,
	"snapshot_at" timestamp (3) with time zone NOT NULL,
	"package_order" jsonb NOT NULL,
	"manifest" jsonb,
	"bytes" bigint,
	"sha256" text,
	"prepared_by" text NOT NULL,
	"approved_by" text,
	"approved_at" timestamp (3) with time zone,
	"release" text,
	"link_hash" text,
	"link_expires_at" timestamp (3) with time zone,
	"released_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"destroy_after" timestamp (3) with time zone,
	"destroyed_at" timestamp (3) with time zone,
	"failure" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "packages_tenant_id_package_id_pk" PRIMARY KEY("tenant_id","package_id")
);
--> statement-breakpoint
CREATE TABLE "package_chunks" (
	"tenant_id" text NOT NULL,
	"package_id" text NOT NULL,
	"position" bigint NOT NULL,
	"content_sealed" "bytea" NOT NULL,
	CONSTRAINT "package_chunks_tenant_id_package_id_position_pk" PRIMARY KEY("tenant_id","package_id","position")
);
--> statement-breakpoint
CREATE TABLE "recipient_disclosures" (
	"tenant_id" text NOT NULL,
	"disclosure_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"party" text NOT NULL,
	"categories" jsonb NOT NULL,
	"reference_sealed" "bytea",
	"disclosed_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "recipient_disclosures_tenant_id_disclosure_id_pk" PRIMARY KEY("tenant_id","disclosure_id")
);
--> statement-breakpoint
CREATE TABLE "recipient_tasks" (
	"tenant_id" text NOT NULL,
	"task_id" text NOT NULL,
	"request_id" text,
	"party" text NOT NULL,
	"what" text NOT NULL,
	"categories" jsonb NOT NULL,
	"channel" text NOT NULL,
	"status" text NOT NULL,
	"message_id" text,
	"due_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"answered_at" timestamp (3) with time zone,
	"answer" text,
	"identifiers_sealed" "bytea",
	"reason_sealed" "bytea",
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "recipient_tasks_tenant_id_task_id_pk" PRIMARY KEY("tenant_id","task_id")
);
--> statement-breakpoint
CREATE TABLE "opendsr_requests" (
	"tenant_id" text NOT NULL,
	"direction" text NOT NULL,
	"subject_request_id" text NOT NULL,
	"counterpart" text NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"fingerprint" text NOT NULL,
	"request_id" text,
	"task_id" text,
	"payload_sealed" "bytea",
	"received_at" timestamp (3) with time zone NOT NULL,
	"expected_at" timestamp (3) with time zone,
	"next_poll_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "opendsr_requests_tenant_id_direction_subject_request_id_pk" PRIMARY KEY("tenant_id","direction","subject_request_id")
);
--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "purpose" text;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "request_id" text;--> statement-breakpoint
ALTER TABLE "erasures" ADD COLUMN "request_id" text;--> statement-breakpoint
ALTER TABLE "erasures" ADD COLUMN "known_as_sealed" "bytea";--> statement-breakpoint
CREATE INDEX "erasure_parts_due" ON "erasure_parts" USING btree ("tenant_id","status","next_attempt_at");--> statement-breakpoint
CREATE UNIQUE INDEX "requests_reference" ON "requests" USING btree ("tenant_id","reference");--> statement-breakpoint
CREATE INDEX "requests_state" ON "requests" USING btree ("tenant_id","state","due_on");--> statement-breakpoint
CREATE INDEX "requests_subject" ON "requests" USING btree ("tenant_id","subject_id");--> statement-breakpoint
CREATE INDEX "requests_requester" ON "requests" USING btree ("tenant_id","requester_index");--> statement-breakpoint
CREATE INDEX "requests_closed" ON "requests" USING btree ("tenant_id","closed_at");--> statement-breakpoint
CREATE INDEX "request_events_recorded" ON "request_events" USING btree ("tenant_id","recorded_at");--> statement-breakpoint
CREATE INDEX "identity_checks_request" ON "identity_checks" USING btree ("tenant_id","request_id");--> statement-breakpoint
CREATE INDEX "identity_checks_open" ON "identity_checks" USING btree ("tenant_id","status","expires_at");--> statement-breakpoint
CREATE INDEX "identity_documents_request" ON "identity_documents" USING btree ("tenant_id","request_id");--> statement-breakpoint
CREATE INDEX "packages_request" ON "packages" USING btree ("tenant_id","request_id");--> statement-breakpoint
CREATE INDEX "packages_status" ON "packages" USING btree ("tenant_id","status","destroy_after");--> statement-breakpoint
CREATE INDEX "packages_subject" ON "packages" USING btree ("tenant_id","subject_id");--> statement-breakpoint
CREATE INDEX "recipient_disclosures_subject" ON "recipient_disclosures" USING btree ("tenant_id","subject_id","party");--> statement-breakpoint
CREATE INDEX "recipient_disclosures_disclosed" ON "recipient_disclosures" USING btree ("tenant_id","disclosed_at");--> statement-breakpoint
CREATE INDEX "recipient_tasks_request" ON "recipient_tasks" USING btree ("tenant_id","request_id");--> statement-breakpoint
CREATE INDEX "recipient_tasks_status" ON "recipient_tasks" USING btree ("tenant_id","status","due_at");--> statement-breakpoint
CREATE INDEX "recipient_tasks_message" ON "recipient_tasks" USING btree ("tenant_id","message_id");--> statement-breakpoint
CREATE INDEX "opendsr_requests_request" ON "opendsr_requests" USING btree ("tenant_id","request_id");--> statement-breakpoint
CREATE INDEX "opendsr_requests_poll" ON "opendsr_requests" USING btree ("tenant_id","direction","status","next_poll_at");