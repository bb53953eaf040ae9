/** A template as the platform approved it (WhatsApp Cloud API, template node). */
export interface MetaTemplate {
  name: string;
  language: string;
  category: 'MARKETING' | 'UTILITY' | 'AUTHENTICATION';
  /** Only APPROVED may be sent; PAUSED also while we hold it back ourselves. */
  status: string;
  /** Why it may not be sent, if the platform or a failed send told. */
  statusReason?: string;
  /** GREEN, YELLOW, RED or UNKNOWN. */
  quality: string;
  parameterFormat: 'POSITIONAL' | 'NAMED';
  components: unknown[];
}

/** A template as a list of the Graph API holds it. */
export interface MetaTemplateNode {
  id?: unknown;
  name?: unknown;
  language?: unknown;
  category?: unknown;
  status?: unknown;
  rejected_reason?: unknown;
  parameter_format?: unknown;
  components?: unknown;
  quality_score?: { score?: unknown };
}
