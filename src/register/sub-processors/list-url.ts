/** Where the public finds a tenant's list of sub-processors; a path only where the service knows no address of its own. */
export const listUrlAt =
  (publicUrl = '') =>
  (tenantId: string): string =>
    `${publicUrl}/register/${tenantId}/sub-processors`;
