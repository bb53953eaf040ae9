/** A text with `{name}` replaced by the parameter of that name; unknown ones stay as they are. */
export function fillIn(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/gu, (whole, name: string) => params[name] ?? whole);
}
