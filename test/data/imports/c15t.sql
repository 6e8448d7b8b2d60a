CREATE TABLE subject (
  id varchar(255) PRIMARY KEY, "isIdentified" boolean NOT NULL DEFAULT false, "externalId" text, "identityProvider" text,
  "subjectTimezone" text, "createdAt" timestamp NOT NULL DEFAULT now(), "updatedAt" timestamp NOT NULL DEFAULT now(), "tenantId" text
);
CREATE TABLE "consentPolicy" (
  id varchar(255) PRIMARY KEY, version text NOT NULL, type text NOT NULL, hash text, "effectiveDate" timestamp NOT NULL,
  "isActive" boolean NOT NULL DEFAULT true, "createdAt" timestamp NOT NULL DEFAULT now(), "tenantId" text
);
CREATE TABLE "consentPurpose" (
  id varchar(255) PRIMARY KEY, code text NOT NULL, "createdAt" timestamp NOT NULL DEFAULT now(),
  "updatedAt" timestamp NOT NULL DEFAULT now(), "tenantId" text
);
CREATE TABLE consent (
  id varchar(255) PRIMARY KEY, "subjectId" text NOT NULL, "domainId" text NOT NULL, "policyId" text, "purposeIds" json NOT NULL,
  metadata json, "ipAddress" text, "userAgent" text, "givenAt" timestamp NOT NULL DEFAULT now(), "validUntil" timestamp,
  jurisdiction text, "jurisdictionModel" text, "tcString" text, "uiSource" text, "consentAction" text,
  "runtimePolicyDecisionId" text, "runtimePolicySource" text, "writeSource" text, "writeCredentialId" text, "writeIssuer" text,
  "writeOrigin" text, "tenantId" text
);
INSERT INTO subject (id) VALUES ('sub_one'), ('sub_two');
INSERT INTO "consentPolicy" (id, version, type, "effectiveDate") VALUES
 ('pol_banner', '1.0.0', 'cookie_banner', '2025-01-01'), ('pol_terms', '1.0.0', 'terms_and_conditions', '2025-01-01');
INSERT INTO "consentPurpose" (id, code) VALUES
 ('pur_1', 'necessary'), ('pur_2', 'measurement'), ('pur_3', 'experience'), ('pur_4', 'marketing');
INSERT INTO consent (id, "subjectId", "domainId", "policyId", "purposeIds", "ipAddress", "givenAt", "consentAction") VALUES
 ('cns_a', 'sub_one', 'dom_1', 'pol_banner', '["pur_1","pur_2","pur_3"]', '203.0.113.9', '2026-01-10 10:00:00.250', 'accept_all'),
 ('cns_b', 'sub_one', 'dom_1', 'pol_banner', '["pur_1","pur_3"]', NULL, '2026-02-10 10:00:00', 'custom'),
 ('cns_c', 'sub_two', 'dom_1', 'pol_terms', '[]', NULL, '2026-02-11 10:00:00', NULL);
