/** A response that a WhatsApp campaign can send. */
export interface CampaignTemplate {
  id: string;
  name: string;
  /** Division of the first library that holds it. */
  divisionId: string | null;
  /** Name and language under which WhatsApp approved it. */
  metaName: string;
  language: string;
  headerText?: string;
  /** Address of the picture in the header, instead of a text. */
  headerImageUrl?: string;
  body: string;
  footer?: string;
  buttons: { index: number; type: 'QuickReply' | 'PhoneNumber' | 'Url'; content: string }[];
  substitutions: { id: string; defaultValue?: string }[];
}
