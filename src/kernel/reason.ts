/** Why something can't be used or done: a dotted code, a sentence that says what and what to do, and where. */
export interface Reason {
  code: string;
  message: string;
  /** Field of the request body the reason belongs to. */
  field?: string;
  entityId?: string;
  entityName?: string;
  params?: Record<string, string>;
}

/** The same reasons, pointed at one field of a request and one entity. */
export function locateReasons(
  reasons: Reason[],
  where: Pick<Reason, 'field' | 'entityId' | 'entityName'>,
): Reason[] {
  return reasons.map((reason) => ({ ...where, ...reason, field: where.field ?? reason.field }));
}
