/** Where a recipient answers to a task; null where the service knows no address of its own: only in words then. */
export const answerUrlAt =
  (publicUrl: string | undefined) =>
  (tenantId: string, taskId: string): string | null =>
    publicUrl ? `${publicUrl}/v1/public/${tenantId}/recipient-tasks/${taskId}/answer` : null;
