/** Greatest lengths in characters of a filled template (WhatsApp Cloud API, parameter value rules). */
export const TEMPLATE_LIMITS = {
  header: 60,
  body: 1_024,
  footer: 60,
  url: 2_000,
  buttonLabel: 25,
  buttons: 10,
} as const;
