export { type CampaignTemplate } from './rendering/campaign-template.js';
export { explainSubstitutions } from './rendering/explain-substitutions.js';
export { type FillRisks, fillRisksOf } from './rendering/fill-risks.js';
export { renderTemplate, type RenderResult } from './rendering/render-template.js';
export { TemplatesModule } from './templates.module.js';
export { TemplatesService } from './templates.service.js';
export { placeholdersOf } from './rendering/placeholders.js';
export { previewTemplate, type TemplatePreview } from './rendering/preview-template.js';
export {
  type ApprovedTemplate,
  type SyncResult,
  SyncedResponses,
  type TemplateContent,
} from './synced/synced-responses.js';
