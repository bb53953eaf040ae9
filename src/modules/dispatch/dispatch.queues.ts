/** One tick of one campaign: claims what may leave next and sends it. */
export const TICK_QUEUE = 'dispatch-tick';
/** Provider webhooks wait in the inbox. */
export const APPLY_WEBHOOKS_QUEUE = 'dispatch-apply-webhooks';
