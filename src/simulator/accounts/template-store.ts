import { compileTemplate, type CompiledTemplate } from '../sending/template-checks.js';
import type { TemplateNode } from '../seed.js';

const keyOf = (name: string, language: string): string => `${name}\n${language}`;

/** The templates of one business account, in order of creation, with their prepared forms. */
export class TemplateStore {
  private readonly byId = new Map<string, TemplateNode>();
  private readonly byKey = new Map<string, TemplateNode>();
  private readonly compiled = new Map<string, CompiledTemplate>();

  constructor(templates: readonly TemplateNode[]) {
    for (const template of templates) this.put(structuredClone(template));
  }

  get(id: string): TemplateNode | undefined {
    return this.byId.get(id);
  }

  find(name: string, language: string): TemplateNode | undefined {
    return this.byKey.get(keyOf(name, language));
  }

  list(): TemplateNode[] {
    return [...this.byId.values()];
  }

  /** Adds a template or puts a changed one in the place of the old. */
  put(template: TemplateNode): void {
    this.byId.set(template.id, template);
    this.byKey.set(keyOf(template.name, template.language), template);
    this.compiled.delete(template.id);
  }

  remove(template: TemplateNode): void {
    this.byId.delete(template.id);
    this.byKey.delete(keyOf(template.name, template.language));
    this.compiled.delete(template.id);
  }

  compiledOf(template: TemplateNode): CompiledTemplate {
    let compiled = this.compiled.get(template.id);
    if (!compiled) this.compiled.set(template.id, (compiled = compileTemplate(template)));
    return compiled;
  }
}
