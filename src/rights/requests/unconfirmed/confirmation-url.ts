/** Where a request is confirmed; null where the service knows no address of its own. */
export const confirmationUrlAt =
  (publicUrl: string | undefined) =>
  (tenantId: string, unconfirmedId: string, secret: string): string | null =>
    publicUrl ? `${publicUrl}/confirmations/${tenantId}/${unconfirmedId}/${secret}` : null;
