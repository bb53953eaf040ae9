/** One tick of one campaign: claims what may leave next and hands it to a sender. */
export const TICK_QUEUE = 'dispatch-tick';
/** One chunk of claimed messages with the slots they leave in. */
export const SEND_CHUNK_QUEUE = 'dispatch-send-chunk';
/** Provider webhooks wait in the inbox. */
export const APPLY_WEBHOOKS_QUEUE = 'dispatch-apply-webhooks';
