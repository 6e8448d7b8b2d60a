/** Where processors call a tenant back; null where the service knows no address of its own: they are asked instead. */
export const callbackUrlAt =
  (publicUrl: string | undefined) =>
  (tenantId: string): string | null =>
    publicUrl ? `${publicUrl}/opendsr/${tenantId}/v1/callbacks` : null;

/** Where controllers find the certificate that our answers are signed under. */
export const certificateUrlAt = (publicUrl = ''): string => `${publicUrl}/opendsr/certificate.pem`;
